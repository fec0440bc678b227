#include <cstdio>

#include "app/base/format.h"
#include "app/commands/run.h"
#include "app/neurons/neurons.h"
#include "app/neurons/neurons_page.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

int run_neurons(const NeuronOptions& options, const Session& session) {
  const TopActivations activations = find_neurons(options, progress_bars(session), say_line(session));
  write_neuron_files(activations, options);
  for (const auto& [path, reason] : activations.unreadable)
    std::fprintf(messages(), "%s: %s\n", in_quotes(path.native()).c_str(), reason.c_str());
  int64_t neurons = 0;
  for (const auto& stage : activations.stages) neurons += static_cast<int64_t>(stage.neurons.size());
  std::printf("%s of %s on %s; see %s\n", counted(neurons, "neuron").c_str(),
              counted(static_cast<int64_t>(activations.stages.size()), "stage").c_str(),
              counted(activations.photos, "photo").c_str(), (options.out / "index.html").c_str());
  return activations.unreadable.empty() ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
