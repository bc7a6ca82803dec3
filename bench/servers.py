"""Server processes: started, waited for, weighed and stopped."""

import http.client
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cluster import free_port
from failure import BenchFailed

_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 15.0
# Fine enough for a start of about a second, and too seldom to slow it down.
_POLL_S = 0.01


class Server:
    """One server process on a free port of loopback. `ready_path` answers 200 once it serves."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], ready_path: str, log: Path
    ) -> None:
        self.name = name
        self.port = free_port()
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        # Settings of whoever runs the bench must not reach the servers that it measures.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("STAMPWELL_")}
        self._environment = {**inherited, **environment}
        self._ready_path = ready_path
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process_id(self) -> int:
        if self._process is None:
            raise BenchFailed(f"{self.name} is not running")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> float:
        """Seconds from starting the process until `ready_path` answered 200."""
        with self._log.open("ab") as file:
            started = time.perf_counter()
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        while not self._is_ready():
            if self._process.poll() is not None or time.perf_counter() - started > _START_TIMEOUT_S:
                self.stop()
                raise BenchFailed(f"{self.name} did not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(_POLL_S)
        return time.perf_counter() - started

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise BenchFailed(f"{self.name} did not stop within {_STOP_TIMEOUT_S:.0f} s of SIGTERM") from None
        finally:
            self._process = None

    def resident_mib(self) -> float:
        """Resident memory of the process, in MiB; of the largest, when it has child processes."""
        if self._process is None:
            raise BenchFailed(f"{self.name} is not running")
        return max(_resident_kib(process_id) for process_id in _family(self._process.pid)) / 1024

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self._ready_path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _family(process_id: int) -> list[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [process_id, *(member for child in children for member in _family(int(child)))]


def _resident_kib(process_id: int) -> int:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise BenchFailed(f"/proc/{process_id}/status has no VmRSS")
