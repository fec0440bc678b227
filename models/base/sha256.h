#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pawprint {

// A SHA-256 value (FIPS 180-4).
struct Sha256 {
  std::array<uint8_t, 32> bytes{};
  auto operator<=>(const Sha256&) const = default;
  std::string hex() const;  // 64 lower-case digits
};

// Hashes what is added, in order.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream& add(const void* data, size_t size);
  Sha256Stream& add(std::string_view text) { return add(text.data(), text.size()); }
  Sha256 finish();  // once

 private:
  std::shared_ptr<void> context_;
};

Sha256 sha256(std::string_view bytes);

// The reverse of hex(); none if it is not 64 digits.
std::optional<Sha256> sha256_from_hex(std::string_view text);

}  // namespace pawprint
