#include <algorithm>
#include <cstdio>

#include "app/commands/run.h"
#include "app/faces/score.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

void print_directions(const std::vector<DirectionScore>& directions) {
  size_t longest = 9;
  for (const auto& direction : directions) longest = std::max(longest, direction.name.size());
  const int w = static_cast<int>(longest);
  std::printf("%-*s  %11s  %-12s  %-12s  %-25s  %s\n", w, "", "faces", "direction", "classifier", "success rate",
              "edited faces");
  std::printf("%-*s  %5s %5s  %6s %5s  %6s %5s  %7s %8s %8s  %6s %7s %6s %9s\n", w, "attribute", "with", "w/o", "AUC",
              "p", "right", "AUC", "edited", "before", "random", "drift", "outside", "upper", "sharpness");
  for (const auto& d : directions)
    std::printf("%-*s  %5ld %5ld  %6.3f %5.3f  %5.1f%% %5.3f  %6.1f%% %7.1f%% %7.1f%%  %6.3f %7.1f %6.1f %9.3f\n", w,
                d.name.c_str(), d.faces_with, d.faces_without, d.auc, d.p_value, 100 * d.classifier_accuracy,
                d.classifier_auc, 100 * d.success_rate, 100 * d.success_rate_before, 100 * d.random_direction_rate,
                d.drift, d.outside_psnr_db, d.upper_psnr_db, d.sharpness_ratio);
}

}  // namespace

int run_faces_score(const FaceScoreOptions& options, const Session& session) {
  const FaceScore score = score_faces(options, progress_bars(session));
  std::printf("%ld held-out faces (%ld others)\n\n", score.held_out_faces, score.other_faces);
  std::printf("%-22s %8s %7s\n", "reconstruction", "PSNR, dB", "SSIM");
  std::printf("%-22s %8.2f %7.4f\n", "autoencoder", score.autoencoder.psnr_db, score.autoencoder.ssim);
  if (score.pca)
    std::printf("%-22s %8.2f %7.4f\n%-22s %+8.2f %+7.4f\n", "PCA, same dimension", score.pca->psnr_db, score.pca->ssim,
                "", score.autoencoder.psnr_db - score.pca->psnr_db, score.autoencoder.ssim - score.pca->ssim);
  if (!score.directions.empty()) {
    std::printf("\n");
    print_directions(score.directions);
  }
  for (size_t i = 0; i < score.unscored.size(); ++i)
    std::printf(i == 0 ? "\nnot scored, for want of 5 held-out faces with it and 5 without: %s" : ", %s",
                score.unscored[i].c_str());
  if (!score.unscored.empty()) std::printf("\n");
  if (options.out)
    std::printf("\nwrote %s and %s\n", (*options.out / "score.json").c_str(), (*options.out / "score.png").c_str());
  if (score.unreadable == 0) return kExitOk;
  std::fprintf(messages(), "warning: %ld pictures could not be used, the first: %s\n", score.unreadable,
               score.first_problem.c_str());
  return kExitSomeUnreadable;
}

}  // namespace pawprint
