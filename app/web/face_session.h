#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/web/edit_request.h"
#include "app/web/http.h"
#include "app/web/subject.h"

namespace pawprint {

// What one run of the server knows: the model, its generated faces, and the photos dropped on the page, which live in
// memory only. For one thread. Methods throw HttpProblem for what the page asked wrongly, Error for unknown attributes.
class FaceSession {
 public:
  static constexpr size_t kMostPhotos = 8;  // the least recently used goes
  static constexpr size_t kMostFaces = 12;  // of a photo: the first from the left

  explicit FaceSession(FaceModel model);

  // {"size", "codes", "gallery": ["g0", ...], "attributes": [{"name", "label"}, ...]}
  HttpResponse facts() const;
  // The generated faces side by side, S high: PNG.
  HttpResponse gallery() const;
  // {"faces": ["p3", ...]}: those found, from left to right; aligned: the photo is one face, cut as the model's
  // pictures were. At most 10 MB and 25 megapixels.
  HttpResponse add_photo(const std::string& bytes, bool aligned);

  HttpResponse frame(const EditRequest& request);     // the face, edited: PNG, or JPEG of a photo
  HttpResponse download(const EditRequest& request);  // enlarged; of a photo the whole photo, as the file it was
  HttpResponse strip(const EditRequest& request);     // x from -2 to 2 in 9 steps: PNG
  HttpResponse plane(const EditRequest& request);     // x and y from -1 to 1 in 5 steps each, y upwards: JPEG

 private:
  struct Photo {
    std::string bytes;  // the file: pixels would take ten times as much
    bool aligned = false;
    std::vector<PhotoFace> faces;
    std::vector<std::string> names;  // of the faces
    std::vector<Subject> subjects;
  };

  const Subject& subject(const std::string& name);
  Photo* photo_with(const std::string& face, size_t* index);

  FaceModel model_;
  std::vector<Subject> generated_;
  std::list<Photo> photos_;  // the most recently used first
  std::unique_ptr<const FaceCutter> finder_, aligned_;
  int64_t next_name_ = 0;
};

}  // namespace pawprint
