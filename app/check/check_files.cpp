#include "app/check/check_files.h"

#include <map>
#include <optional>
#include <utility>

#include "app/base/parallel.h"
#include "app/check/check_page.h"
#include "app/data/decode.h"
#include "app/report/picture_file.h"
#include "models/base/atomic_file.h"

namespace pawprint {

namespace {

// The value of <img src="..."> for each photo of the page; a photo that changed meanwhile has none.
std::map<int64_t, std::string> make_pictures(const CheckReport& report, const PhotoOptions& options,
                                             const Progress& progress) {
  constexpr int kSidePx = 240;
  using Picture = std::pair<int64_t, std::string>;
  const auto photos = photos_on_page(report);
  DecodeOptions decode = options.decode;
  decode.managed_color = true;  // for people to see
  std::map<int64_t, std::string> pictures;
  parallel_for(
      Workers{options.threads}, static_cast<int64_t>(photos.size()),
      [&](int64_t i) -> Picture {
        const int64_t photo = photos[static_cast<size_t>(i)];
        try {
          const auto bytes = read_photo(report.photos[photo].path, options.decode.limits);
          return {photo, picture_uri(decode_photo(bytes, decode), kSidePx)};
        } catch (const Unreadable&) {
          return {photo, ""};
        }
      },
      [&](Picture picture) {
        if (!picture.second.empty()) pictures.insert(std::move(picture));
      },
      progress);
  return pictures;
}

}  // namespace

void write_check_files(const CheckReport& report, const CheckOptions& options, const Progress& progress) {
  if (options.out)
    write_file(*options.out / "check.html", check_page(report, make_pictures(report, options.photos, progress)));
  if (options.fix_list) write_file(*options.fix_list, fix_list(report));
}

}  // namespace pawprint
