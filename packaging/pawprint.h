#pragma once

// pawprint for C++ programs: what loads a model.pt and gives features and probabilities of photos. docs/install.md has
// an example; the headers below say the rest.
#include "app/training/features.h"
#include "app/training/runtime.h"
#include "models/base/error.h"
#include "models/classifier.h"
