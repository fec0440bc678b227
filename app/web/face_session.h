#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/faces/editable_face.h"
#include "app/web/edit_request.h"
#include "app/web/http.h"
#include "app/web/photo_stage.h"

namespace pawprint {

// What one run of the server knows: the model, its generated faces, and the photos dropped on the page, which live in
// memory only. For one thread. Methods throw HttpProblem for what the page asked wrongly, Error for unknown attributes.
class FaceSession {
 public:
  static constexpr size_t kMaxPhotos = 8;  // the least recently used goes
  static constexpr size_t kMaxFaces = 12;  // of a photo: the first from the left

  explicit FaceSession(FaceModel model);

  // {"size", "codes", "gallery": ["g0", ...], "attributes": [{"name", "label"}, ...], "has": {"g0": ["Smiling"], ...}}:
  // has: what the attribute classifier finds in a face, of what is shown (edit_request.h); the sharpest face first
  HttpResponse facts() const;
  // The generated faces side by side, S high: PNG.
  HttpResponse gallery() const;
  // {"faces": ["p3", ...], "has": {...}, "size": [width, height], "areas": [[x, y, width, height], ...]}: those found,
  // from left to right, and where frames of them lie on the stage, in its pixels; aligned: the photo is one face, cut
  // as the model's pictures were. At most 10 MB and 25 megapixels.
  HttpResponse add_photo(const std::string& bytes, bool aligned);

  HttpResponse stage(const EditRequest& request);     // the photo that the face is in, as it was: JPEG
  HttpResponse frame(const EditRequest& request);     // the face, edited: PNG; of a photo its area of the stage: JPEG
  HttpResponse download(const EditRequest& request);  // enlarged; of a photo the whole photo, all its faces edited
  HttpResponse strip(const EditRequest& request);     // x from -1 to 1 in 9 steps, with their strengths: PNG
  HttpResponse plane(const EditRequest& request);     // x and y from -1 to 1 in 5 steps each, y upwards: JPEG

 private:
  struct Photo {
    std::string bytes;               // the file: pixels would take ten times as much
    std::string profile;             // its colors', for what is shown of it
    std::vector<std::string> names;  // of the faces
    std::vector<EditableFace> faces;
    PhotoStage stage;
  };

  const EditableFace& face(const std::string& name);
  Photo* photo_with(const std::string& face, size_t* index);
  // The strengths that the request has for each face of the photo.
  static std::vector<Strengths> edits_of(const Photo& photo, const EditRequest& request);

  FaceModel model_;
  std::vector<EditableFace> generated_;
  std::list<Photo> photos_;  // the most recently used first
  std::unique_ptr<const FaceAligner> finder_, aligned_;
  int64_t next_name_ = 0;
};

}  // namespace pawprint
