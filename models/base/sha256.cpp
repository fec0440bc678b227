#include "models/base/sha256.h"

#include <openssl/evp.h>

#include <charconv>
#include <new>

namespace pawprint {

namespace {
EVP_MD_CTX* get(const std::shared_ptr<void>& context) { return static_cast<EVP_MD_CTX*>(context.get()); }
}  // namespace

std::string Sha256::hex() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Sha256Stream::Sha256Stream()
    : context_(EVP_MD_CTX_new(), [](void* c) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(c)); }) {
  if (!context_ || EVP_DigestInit_ex(get(context_), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

Sha256Stream& Sha256Stream::add(const void* data, size_t size) {
  if (EVP_DigestUpdate(get(context_), data, size) != 1) throw std::bad_alloc();
  return *this;
}

Sha256 Sha256Stream::finish() {
  Sha256 value;
  if (EVP_DigestFinal_ex(get(context_), value.bytes.data(), nullptr) != 1) throw std::bad_alloc();
  return value;
}

Sha256 sha256(std::string_view bytes) { return Sha256Stream().add(bytes).finish(); }

std::optional<Sha256> sha256_from_hex(std::string_view text) {
  Sha256 out;
  if (text.size() != 2 * out.bytes.size()) return std::nullopt;
  for (size_t i = 0; i < out.bytes.size(); ++i) {
    const char* at = text.data() + 2 * i;
    if (std::from_chars(at, at + 2, out.bytes[i], 16).ptr != at + 2) return std::nullopt;
  }
  return out;
}

}  // namespace pawprint
