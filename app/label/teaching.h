#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/label/fill_pool.h"
#include "app/label/label_session.h"

namespace pawprint {

// What a session is filled from.
struct TeachingPhotos {
  Backbone backbone;
  FeatureOptions options;  // mirror images are not looked at
  std::vector<Photo> photos;
  std::vector<std::string> class_names = {};  // of the photos' labels, which are below 0 for those without
};

// A session, the thread that fills it, which gives way to all others, and the one that does what an answer need not
// wait for.
class Teaching {
 public:
  Teaching(LabelSession::Setup setup, TeachingPhotos photos);
  Teaching(const Teaching&) = delete;
  Teaching& operator=(const Teaching&) = delete;
  ~Teaching() { give_up(); }

  void give_up() { stop_ = true; }  // what is being computed

  LabelSession& session() { return session_; }
  const TeachingPhotos& photos() const { return photos_; }
  PoolProgress progress() const;
  std::string problem() const;  // why no more photos are looked at; empty while all is well

 private:
  void fill(uint64_t seed);
  void improve();

  LabelSession session_;
  TeachingPhotos photos_;
  mutable std::mutex lock_;
  PoolProgress progress_;
  std::string problem_;
  std::atomic<bool> stop_ = false;
  std::jthread filler_, improver_;
};

}  // namespace pawprint
