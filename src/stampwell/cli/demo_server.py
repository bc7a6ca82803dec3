"""The server that `stampwell demo` starts, and the note that lets a later demo find it again."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from stampwell.core.errors import OperatorError
from stampwell.settings import PREFIX

_NOTE = Path("stampwell-demo.json")
_LOG = Path("stampwell-demo.log")
_READY_WITHIN_S = 20.0
_STOPPED_WITHIN_S = 12.0
_PORTS_TO_TRY = 50


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A `stampwell serve` on loopback. `pid` is its process."""

    pid: int
    url: str
    database_url: str

    def is_ready(self) -> bool:
        """Whether the process lives and can serve."""
        try:
            os.kill(self.pid, 0)
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - our own http URL
                return bool(answer.status == 200)  # noqa: PLR2004
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        """Asks it to finish what it has and waits until it has."""
        os.kill(self.pid, signal.SIGTERM)
        end_s = time.monotonic() + _STOPPED_WITHIN_S
        while time.monotonic() < end_s and _is_running(self.pid):
            time.sleep(0.05)
        _NOTE.unlink(missing_ok=True)


def find_running(database_url: str | None = None) -> DemoServer | None:
    """The server an earlier demo left running in this folder, on that database if one is named."""
    try:
        server = DemoServer(**json.loads(_NOTE.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if database_url is not None and server.database_url != database_url:
        return None
    return server if server.is_ready() else None


def start(database_url: str, *, first_port: int) -> DemoServer:
    """A new server on the first free port from that one on, once it is ready. Raises OperatorError."""
    for port in range(first_port, first_port + _PORTS_TO_TRY):
        server = _start_on(port, database_url)
        if server is not None:
            _NOTE.write_text(json.dumps(asdict(server)), encoding="utf-8")
            return server
    raise OperatorError(f"no free port from {first_port} on; name another in STAMPWELL_PORT")


def _start_on(port: int, database_url: str) -> DemoServer | None:
    """None when the port is taken."""
    with _LOG.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "stampwell", "serve", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # The port is taken from what it says at this level.
            env={**os.environ, f"{PREFIX}LOG_LEVEL": "info"},
            start_new_session=True,
        )
    server = DemoServer(process.pid, f"http://127.0.0.1:{port}", database_url)
    end_s = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < end_s:
        said = _LOG.read_text(encoding="utf-8")
        # Somebody else's server may answer on a port that ours could not take, so ours has to have said so first.
        if f"running on {server.url}" in said and server.is_ready():
            return server
        if process.poll() is not None:
            if os.strerror(errno.EADDRINUSE) in said:
                return None
            break
        time.sleep(0.05)
    process.kill()
    raise OperatorError(f"the server did not become ready; {_LOG} says why")


def _is_running(pid: int) -> bool:
    try:
        # A child of ours has to be waited for; somebody else's only looked for.
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
