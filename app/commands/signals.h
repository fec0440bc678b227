#pragma once

namespace pawprint {

// From here on SIGINT, SIGTERM and SIGHUP are noted instead of ending the program; a second one ends it at once.
void note_signals();

// Whether one has been noted.
bool signalled();

// Throws Interrupted if one has been noted.
void throw_if_signalled();

}  // namespace pawprint
