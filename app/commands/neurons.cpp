#include <cstdio>

#include "app/base/format.h"
#include "app/commands/run.h"
#include "app/neurons/neurons.h"
#include "app/neurons/neurons_page.h"
#include "models/base/error.h"

namespace pawprint {

int run_neurons(const NeuronOptions& options, const Session& session) {
  const NeuronAtlas atlas = find_neurons(options, progress_bars(session), say_line(session));
  write_neuron_files(atlas, options);
  for (const auto& [path, reason] : atlas.unreadable)
    std::fprintf(stderr, "%s: %s\n", in_quotes(path.native()).c_str(), reason.c_str());
  int64_t neurons = 0;
  for (const auto& stage : atlas.stages) neurons += static_cast<int64_t>(stage.neurons.size());
  std::printf("%s of %s on %s; see %s\n", counted(neurons, "neuron").c_str(),
              counted(static_cast<int64_t>(atlas.stages.size()), "stage").c_str(),
              counted(atlas.photos, "photo").c_str(), (options.out / "index.html").c_str());
  return atlas.unreadable.empty() ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
