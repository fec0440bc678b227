"""What the scripts share: errors with their exit codes, the command line, progress."""

import argparse
import signal
import sys
import time
from typing import Callable, List, Union


class Error(Exception):
    """The input is wrong."""
    exit_code = 1


class UsageError(Error):
    """The command line is wrong."""
    exit_code = 2


class ArgumentParser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(f"{self.prog}: {message}; see --help")


class Progress:
    """On stderr: a line that is written again and again on a terminal, a line every 5 s elsewhere."""

    def __init__(self, what: str, unit: str, total: float = 0, begun_at: float = 0):
        self.what, self.unit, self.total, self.begun_at = what, unit, total, begun_at
        self.terminal = sys.stderr.isatty()
        self.begun = self.shown = time.monotonic()

    def report(self, done: float) -> None:
        if time.monotonic() - self.shown >= (0.1 if self.terminal else 5):
            self.show(done, end="" if self.terminal else "\n")

    def end(self, done: float) -> None:
        self.show(done, end="\n")

    def show(self, done: float, end: str) -> None:
        self.shown = time.monotonic()
        seconds = self.shown - self.begun
        line = f"{self.what} {done:.0f}{f'/{self.total:.0f}' if self.total else ''} {self.unit}"
        if seconds > 0.05:
            line += f", {(done - self.begun_at) / seconds:.0f}/s"
        print(f"\r{line}\x1b[K" if self.terminal else line, end=end, file=sys.stderr, flush=True)


def explain(error: Union[Error, OSError]) -> Error:
    if isinstance(error, Error):
        return error
    subject = repr(error.filename) if error.filename else "a file"
    return Error(f"{subject}: expected to use it, got: {error.strerror}; make that possible")


def run(main: Callable[[List[str]], None]) -> int:
    """Runs a script. -> its exit code; one message on stderr if it fails."""
    try:
        main(sys.argv[1:])
        return 0
    except (Error, OSError) as error:
        print(explain(error), file=sys.stderr)
        return explain(error).exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
