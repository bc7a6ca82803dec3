"""Nothing that a run of the tests starts outlives it, however the run ends: a process of its own waits for that end.

Whatever a run starts inherits a mark in its environment. When the run is over, whoever still has it some seconds later is
ended: a run that was killed could not do so itself.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARK = "STAMPWELL_TEST_RUN"
"""Of the environment. Servers take it for no setting of theirs."""

_GRACE_S = 5.0
_LOOK_EVERY_S = 0.1


def watch_over_this_run() -> "subprocess.Popen[bytes]":
    """Marks this process, and with it what it starts from now on. The run ends when nobody keeps the answer any more."""
    mark = os.environ[MARK] = secrets.token_hex(16)
    # The end of its input is the end of this process; nobody else has the other end of the pipe.
    return subprocess.Popen(
        [sys.executable, __file__, mark],
        stdin=subprocess.PIPE,
        # Not ours: whoever reads what the run says would wait for this one's end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != MARK},
        start_new_session=True,
    )


def marked(mark: str) -> Iterator[int]:
    """The processes that inherited it."""
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").iterdir():
        # Others' processes, and those that end while they are looked at.
        with suppress(OSError):
            if folder.name.isdigit() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)


def _end_all(mark: str) -> None:
    deadline_s = time.monotonic() + _GRACE_S
    while list(marked(mark)) and time.monotonic() < deadline_s:
        time.sleep(_LOOK_EVERY_S)
    # PostgreSQL takes the first for "at once", and lets go of its shared memory.
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for pid in marked(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(1)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    _end_all(sys.argv[1])
