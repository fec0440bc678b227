#include "models/base/version.h"

namespace pawprint {

std::string full_version() { return std::string(version()) + " (" + revision() + ")"; }

}  // namespace pawprint
