"""The receivers of docs/webhooks.md, run as they stand there."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from signed import SignedRequest

from kit.load import wait_for
from kit.mail import free_port

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent

_NODE = ROOT / ".venv-generators" / "bin" / "node"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATIENCE_S = 60.0
_OF_THE_CONNECTION = {"host", "connection", "content-length"}


class Program(NamedTuple):
    """Which block of the page, under which name it is kept, and how it is run; `{port}` stands for the port."""

    language: str
    place: int
    file: str
    command: tuple[str, ...]


SERVERS = {
    "python": Program("python", 0, "receiver.py", (sys.executable, "receiver.py")),
    "python-standardwebhooks": Program("python", 1, "receiver.py", (sys.executable, "receiver.py")),
    "node": Program("js", 0, "receiver.mjs", (str(_NODE), "receiver.mjs")),
    "php": Program("php", 0, "receiver.php", ("php", "-S", "127.0.0.1:{port}", "receiver.php")),
}


def shown(language: str, place: int = 0) -> str:
    page = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    return [text for name, text in _FENCE.findall(page) if name == language][place]


class Receiver:
    """A program that serves: called with a request, the status that it answers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self._process = process
        self._port = port
        self._log = log

    def __call__(self, request: SignedRequest) -> int:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_S)
        try:
            headers = {name: text for name, text in request.headers.items() if name not in _OF_THE_CONNECTION}
            connection.request("POST", "/", request.body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def printed(self, text: str) -> int:
        """In how many lines that is all, but for what the program's own log puts before it."""
        return len(re.findall(rf"(?:^|\s){re.escape(text)}$", self._log.read_text(), re.MULTILINE))

    def wait_until_it_listens(self) -> None:
        wait_for(self._listens, seconds=_PATIENCE_S)

    def _listens(self) -> bool:
        assert self._process.poll() is None, self._log.read_text()
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE_S).close()
        except OSError:
            return False
        return True


@contextmanager
def running(program: Program, folder: Path, *, secret: str) -> Iterator[Receiver]:
    (folder / program.file).write_text(shown(program.language, program.place))
    (folder / "node_modules").symlink_to(HERE / "node" / "node_modules")
    port, log = free_port(), folder / "receiver.log"
    command = [word.format(port=port) for word in program.command]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PORT": str(port), "WEBHOOK_SECRET": secret},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        receiver = Receiver(process, port, log)
        receiver.wait_until_it_listens()
        yield receiver
    finally:
        process.kill()
        process.wait()


def run_in_shell(request: SignedRequest, folder: Path, *, secret: str, shell: str) -> subprocess.CompletedProcess[str]:
    """The guide's commands for one request, whose headers are variables there."""
    (folder / "body.json").write_bytes(request.body)
    names = {"ID": "webhook-id", "TIME": "webhook-timestamp", "SIGNATURE": "webhook-signature"}
    headers = {variable: request.headers.get(name, "") for variable, name in names.items()}
    return subprocess.run(
        [shell, "-c", shown("sh")],
        cwd=folder,
        env={**os.environ, "WEBHOOK_SECRET": secret, **headers},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
