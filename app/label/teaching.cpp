#include "app/label/teaching.h"

#include <sys/resource.h>

#include <chrono>

#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr std::chrono::milliseconds kBetweenLooks(50);

// This thread, and those that it will start.
void give_way_to_others() { setpriority(PRIO_PROCESS, 0, 10); }

}  // namespace

Teaching::Teaching(LabelSession::Setup setup, TeachingPhotos photos) : session_(setup), photos_(std::move(photos)) {
  photos_.options.photos.mirror = false;
  progress_.total = static_cast<int64_t>(photos_.photos.size());
  filler_ = std::jthread([this, seed = setup.seed] { fill(seed); });
  improver_ = std::jthread([this] { improve(); });
}

PoolProgress Teaching::progress() const {
  const std::lock_guard guard(lock_);
  return progress_;
}

std::string Teaching::problem() const {
  const std::lock_guard guard(lock_);
  return problem_;
}

void Teaching::fill(uint64_t seed) {
  use_single_threaded_math_in_worker();
  give_way_to_others();
  std::string problem;
  try {
    fill_pool(session_, photos_.backbone, photos_.options, photos_.photos, photos_.class_names, seed,
              [this](const PoolProgress& progress) {
                if (stop_) throw Interrupted(0);
                const std::lock_guard guard(lock_);
                progress_ = progress;
              });
  } catch (const Interrupted&) {
  } catch (const std::exception& error) {
    problem = error.what();
  }
  const std::lock_guard guard(lock_);
  problem_ = problem;
}

void Teaching::improve() {
  use_single_threaded_math_in_worker();
  give_way_to_others();
  const auto tick = [this] {
    if (stop_) throw Interrupted(0);
  };
  try {
    for (;; tick()) {
      if (!session_.improve(tick)) std::this_thread::sleep_for(kBetweenLooks);
    }
  } catch (const Interrupted&) {
  }
}

}  // namespace pawprint
