#include <libheif/heif.h>

#include <memory>
#include <string>

#include "app/data/decode_parts.h"
#include "app/data/photo_metadata.h"

namespace pawprint {

namespace {

template <auto kFree>
struct Free {
  void operator()(auto* what) const { kFree(what); }
};
using Context = std::unique_ptr<heif_context, Free<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Free<heif_image_handle_release>>;
using Image = std::unique_ptr<heif_image, Free<heif_image_release>>;
using Options = std::unique_ptr<heif_decoding_options, Free<heif_decoding_options_free>>;

std::string_view name_of(std::string_view bytes) { return format_name(image_format(bytes)); }

void expect(const heif_error& error, std::string_view name) {
  if (error.code == heif_error_Ok) return;
  const std::string said = error.message != nullptr ? error.message : "unknown";
  if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype)
    throw Unreadable(std::string(name) + " of a kind that libheif does not read: " + said);
  if (error.subcode == heif_suberror_End_of_data) throw Unreadable(std::string(name) + " cut short");
  throw Unreadable("damaged " + std::string(name) + ": " + said);
}

// The file's primary picture. The context reads from `bytes` as long as it lives.
Handle open_primary(const Context& context, std::string_view bytes) {
  const auto name = name_of(bytes);
  expect(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr), name);
  heif_image_handle* handle = nullptr;
  expect(heif_context_get_primary_image_handle(context.get(), &handle), name);
  return Handle(handle);
}

}  // namespace

cv::Mat decode_heif(std::string_view bytes, const DecodeOptions& options) {
  const Context context(heif_context_alloc());
  heif_context_set_max_decoding_threads(context.get(), 0);  // photos are decoded side by side
  heif_context_set_maximum_image_size_limit(context.get(), static_cast<int>(options.limits.max_side_px));
  const Handle handle = open_primary(context, bytes);
  const auto name = name_of(bytes);
  const ImageSize size{heif_image_handle_get_width(handle.get()), heif_image_handle_get_height(handle.get())};
  check_size(size, options.limits, "a " + std::string(name));
  const bool alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
  const bool premultiplied = alpha && heif_image_handle_is_premultiplied_alpha(handle.get()) != 0;
  const Options how(heif_decoding_options_alloc());
  how->convert_hdr_to_8bit = 1;
  heif_image* decoded = nullptr;
  expect(heif_decode_image(handle.get(), &decoded, heif_colorspace_RGB,
                           alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, how.get()),
         name);
  const Image image(decoded);
  int stride = 0;
  const uint8_t* pixels = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
  const ImageSize found{heif_image_get_primary_width(image.get()), heif_image_get_primary_height(image.get())};
  if (pixels == nullptr || found.width_px < 1 || found.height_px < 1 || found.width_px * (alpha ? 4 : 3) > stride)
    throw Unreadable("damaged " + std::string(name));
  cv::Mat rgb(static_cast<int>(found.height_px), static_cast<int>(found.width_px), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y, pixels += stride) put_on_white(pixels, rgb.ptr(y), rgb.cols, alpha, premultiplied);
  return rgb;
}

std::string heif_exif(std::string_view bytes) {
  try {
    const Context context(heif_context_alloc());
    const Handle handle = open_primary(context, bytes);
    heif_item_id id = 0;
    if (heif_image_handle_get_list_of_metadata_block_IDs(handle.get(), "Exif", &id, 1) != 1) return {};
    std::string block(heif_image_handle_get_metadata_size(handle.get(), id), '\0');
    if (heif_image_handle_get_metadata(handle.get(), id, block.data()).code != heif_error_Ok) return {};
    return exif_of_block(block);
  } catch (const Unreadable&) {
    return {};
  }
}

std::string heif_profile(std::string_view bytes) {
  try {
    const Context context(heif_context_alloc());
    const Handle handle = open_primary(context, bytes);
    std::string icc(heif_image_handle_get_raw_color_profile_size(handle.get()), '\0');
    if (icc.empty() || heif_image_handle_get_raw_color_profile(handle.get(), icc.data()).code != heif_error_Ok)
      return {};
    return icc;
  } catch (const Unreadable&) {
    return {};
  }
}

}  // namespace pawprint
