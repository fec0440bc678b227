#pragma once

#include <string>

#include "app/neurons/neurons.h"

namespace pawprint {

// The page: every stage's neurons, from those that see a few pixels to those that see the photo.
std::string neurons_page(const TopActivations& activations, const NeuronOptions& options);

std::string neurons_json(const TopActivations& activations, const NeuronOptions& options);

// index.html, neurons.json, a sheet stage-N.png for each stage, and classes.png with a model, in options.out.
void write_neuron_files(const TopActivations& activations, const NeuronOptions& options);

}  // namespace pawprint
