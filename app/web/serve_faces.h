#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/web/options.h"

namespace pawprint {

// The page of a model, and what it talks to, on 127.0.0.1 until `wait` returns.
//   /  /main.js ...      the page
//   GET /api/model       FaceSession::facts         GET /api/gallery   FaceSession::gallery
//   POST /api/photos     a file -> add_photo; ?aligned=1
//   POST /api/stage, /api/frame, /api/download, /api/strip, /api/plane    an EditRequest -> a picture
// /api/ needs the header X-Pawprint-Token. Errors are {"error": message, "kind": ...}: 400 asked wrongly, 403 not of
// this page or without its token, 404, 405, 413 too large, 422 a photo that cannot be used, 503 four wait already.
//   ready: called with the page's address once it can be opened
// Throws Error if the model cannot be loaded or the port is taken.
void serve_faces(const ServeOptions& options, const std::function<void(const std::string& address)>& ready,
                 const std::function<void()>& wait);

}  // namespace pawprint
