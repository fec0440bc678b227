#pragma once

namespace pawprint {

// From here on SIGINT, SIGTERM and SIGHUP are noted. What has not ended 0.8 s later is ended, with a message; a second
// signal ends the program at once.
void note_signals();

// The message is about to be printed: it is not to be said twice.
void signal_is_told();

// From here on a signal is how the command is meant to end: exit code 0 and no message, also where it takes too long.
void signal_is_the_end();

// Whether one has been noted.
bool signalled();

// Throws Interrupted if one has been noted.
void throw_if_signalled();

}  // namespace pawprint
