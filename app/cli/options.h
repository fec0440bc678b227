// What every command of commands.def can be told.
#pragma once

#include "app/bench/options.h"
#include "app/check/options.h"
#include "app/drawing/options.h"
#include "app/faces/options.h"
#include "app/label/options.h"
#include "app/training/options.h"
#include "app/web/options.h"
