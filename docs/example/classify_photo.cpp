// Says what a photo shows, as `pawprint classify` does: classify_photo MODEL PHOTO
#include <cstdio>
#include <exception>

#include <pawprint/pawprint.h>

int classify(const char* model, const char* photo) {
  pawprint::require_thread_safe_blas();
  pawprint::use_single_threaded_math();
  const auto classifier = pawprint::Classifier::load(model);

  pawprint::PhotoOptions options;
  options.mirror = false;  // the photo alone, as without --tta
  const auto batch = pawprint::batch_features({photo}, classifier.backbones, options);
  if (!batch.errors[0].empty()) throw pawprint::Error(std::string(photo) + ": " + batch.errors[0]);

  const auto probabilities = classifier.probabilities(batch.features.flatten(0, 1));  // [C]
  for (size_t c = 0; c < probabilities.size(); ++c)
    std::printf("%s %.6f\n", classifier.class_names[c].c_str(), probabilities[c]);
  return 0;
}

int main(int argc, char** argv) try {
  if (argc == 3) return classify(argv[1], argv[2]);
  std::fputs("usage: classify_photo MODEL PHOTO\n", stderr);
  return 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "classify_photo: %s\n", error.what());
  return 1;
}
