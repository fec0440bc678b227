#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/base/progress.h"
#include "app/label/teaching.h"

namespace pawprint {

// Makes a model of what was said; returns what the page tells of it: {"accuracy", "low", "high", "count", "of_sample":
// measured on the random sample, "left_out": [text], "report", "command", "classify": command lines}. Throws Error.
using Finish = std::function<nlohmann::json(const MakeProgress& progress)>;

// The page on which a session is taught (serve_page.h), which talks to
//   GET  /api/state        {"classes": [{"name", "count"}], "photos", "seen", "total", "skipped": [{"photo", "why"}],
//   "answered",
//                          "none", "unknown", "given", "doubtful", "sample": {"right", "count", "low", "high"}
//                          or null, "gain" or null, "problem", "finish": {"stage", "done", "total", "problem",
//                          "result"}}
//   GET  /api/photo/ID     JPEG, its longer side at most 640 pixels
//   POST /api/row          {"page", "measure"} -> {"photos": [{"id", "name", "guess", "p", "answer", "class"}]}
//   POST /api/answers      {"answers": [{"id", "answer", "class"}], "page", "measure"} -> the same, of the next row
//   POST /api/review       {"class", "begin", "count"} -> the same; class "": doubtful labels
//   POST /api/classes      {"add"} or {"rename", "to"} -> the state
//   POST /api/finish       {} -> the state; 409 while it is at work
// Throws Error if the port is taken.
void serve_label(Teaching& teaching, int64_t port, const Finish& finish,
                 const std::function<void(const std::string& address)>& ready, const std::function<void()>& wait);

}  // namespace pawprint
