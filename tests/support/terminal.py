"""A shell at a terminal, as a user types into it."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

CLEAR_LINE = "\x15"  # Ctrl-U
PROMPT = "@> "


class Terminal:
    def __init__(self, *command, folder, **environment):
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8", **environment}
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("4H", 50, 200, 0, 0))

    def type(self, text, expect, seconds=20):
        """Types, and waits for what the regular expression matches; returns all that was shown until then."""
        os.write(self.terminal, text.encode())
        shown, end = "", time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.1)[0]:
                shown += os.read(self.terminal, 65536).decode(errors="replace")
            if re.search(expect, shown):
                return shown
        raise AssertionError(f"after {text!r}: expected {expect!r}, got {shown!r}")

    def run(self, line):
        """Runs a line in the place of what is there, and waits for the next prompt."""
        return self.type(f"{CLEAR_LINE}PS1='{PROMPT}'; {line}; echo do''ne\n", f"done\r\n(?s:.*){PROMPT}")

    def complete(self, line, expect):
        """What is shown when Tab is pressed, twice, behind the line."""
        shown = self.type(f"{line}\t\t", f"(?s){expect}")
        self.run("true")
        return shown

    def close(self):
        os.close(self.terminal)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def fill(folder):
    """Something to complete: `holiday photos/`, `holes.pt`, `home/`."""
    (folder / "holiday photos").mkdir(parents=True)
    (folder / "home").mkdir()
    (folder / "holes.pt").touch()
    return folder
