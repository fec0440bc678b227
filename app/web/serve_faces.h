#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/web/options.h"

namespace pawprint {

// The page of a model (serve_page.h), which talks to
//   GET /api/model       FaceSession::facts         GET /api/gallery   FaceSession::gallery
//   POST /api/photos     a file -> add_photo; ?aligned=1; 422 a photo that cannot be used
//   POST /api/stage, /api/frame, /api/download, /api/strip, /api/plane    an EditRequest -> a picture
// Throws Error if the model cannot be loaded or the port is taken.
void serve_faces(const ServeOptions& options, const std::function<void(const std::string& address)>& ready,
                 const std::function<void()>& wait);

}  // namespace pawprint
