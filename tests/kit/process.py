"""Fixtures: `stampwell` as an operator runs it, a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pytest

from kit.leftovers import MARK

# A machine that runs several suites at once may take half a minute to start a server.
_PATIENCE_S = 60.0
_STAMPWELL = [sys.executable, "-m", "stampwell"]


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with those settings and no other `STAMPWELL_` ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STAMPWELL_") or name == MARK}
    return kept | {f"STAMPWELL_{name.upper()}": str(value) for name, value in settings.items()}


class ServerProcess:
    """`stampwell serve` on a free port (or `port`), ready when it is made; `base` is its address."""

    def __init__(self, folder: Path, *options: str, port: int = 0, **settings: object) -> None:
        self.log_path = folder / f"serve-{time.monotonic_ns()}.log"
        started_s = time.monotonic()
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [*_STAMPWELL, "serve", "--port", str(port), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment(**settings),
                # With its workers it is a group of its own.
                start_new_session=True,
            )
        self.base = self._address()
        while not self._is_ready():
            self._check_alive(started_s)

    @property
    def pid(self) -> int:
        return self.process.pid

    def logs(self) -> list[dict[str, Any]]:
        """Every line it logged; fails for one that is not JSON."""
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    def kill(self) -> None:
        """As a power cut would: nothing gets to run, of its workers neither."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(_PATIENCE_S)

    def kill_supervisor(self) -> None:
        """Kills the process that was started, and none of its workers."""
        self.process.kill()
        self.process.wait(_PATIENCE_S)

    def workers(self) -> list[int]:
        """Of `--workers`: those that serve. They outlive this call, and may outlive their supervisor."""
        return [pid for pid in _children(self.pid) if b"spawn_main" in _command_line(pid)]

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(_PATIENCE_S)

    def _address(self) -> str:
        started_s = time.monotonic()
        while True:
            for line in self.log_path.read_text().splitlines():
                if "Uvicorn running on " in line:
                    return str(json.loads(line)["event"]).split("running on ", 1)[1].split(" ", 1)[0]
            self._check_alive(started_s)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _check_alive(self, started_s: float) -> None:
        if self.process.poll() is not None or time.monotonic() - started_s > _PATIENCE_S:
            self.kill()
            raise RuntimeError(f"the server did not get ready:\n{self.log_path.read_text()}")
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command_line(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


class Serve(Protocol):
    def __call__(self, *options: str, port: int = 0, **settings: object) -> ServerProcess: ...


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """`serve("--workers", "2", database_url=…)`: a `ServerProcess` with those options and settings."""
    with ExitStack() as running:

        def start(*options: str, port: int = 0, **settings: object) -> ServerProcess:
            server = ServerProcess(tmp_path, *options, port=port, **settings)
            running.callback(server.kill)
            return server

        yield start


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished command left; `json` is its one JSON object."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


class Command(Protocol):
    def __call__(self, *words: str, **settings: object) -> Done: ...


@pytest.fixture
def stampwell(tmp_path: Path) -> Command:
    """`stampwell("account", "list", "--json")` in an empty folder, where the default database would be."""

    def run(*words: str, **settings: object) -> Done:
        finished = subprocess.run(
            [*_STAMPWELL, *words],
            cwd=tmp_path,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(finished.returncode, finished.stdout, finished.stderr)

    return run
