"""Whether stamps are answered as by the version before, byte for byte but for the last members, which this one has added."""

import http.client
import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from failure import BenchFailed
from servers import Server
from stores import Store

# What 0.2 ends a stamp and a row of the history with, and what comes after it now.
_LAST_OF_STAMP = re.compile(r'("renewedStampIdx":(?:null|\d+))\}')
_NEW_OF_STAMP = r'\1,"rewards":[],"mergedStampIdx":null}'
_LAST_OF_ROW = re.compile(r'("recordedYmdt":"[^"]+")\}')
_SAMPLES = 1000
_PAGES = 20

Answers = dict[str, str]


def make_key(python: Path, store: Store) -> str:
    """A key of account 1, by the command line of that interpreter's Stampwell."""
    command = [str(python), "-m", "stampwell", "key", "create", "--account", "1", "--json"]
    done = subprocess.run(command, env=_environment(store), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(f"no key by the version before: {done.stdout}{done.stderr}")
    return str(json.loads(done.stdout)["apiKey"])


def ask(python: Path, store: Store, key: str, *, stamps: int, folder: Path) -> Answers:
    """What a server of that interpreter's Stampwell answers, by path: `get` and `history` of samples, and pages of `list`."""
    command = [str(python), "-m", "stampwell", "serve", "--port", "{port}"]
    server = Server(
        "server", command, environment={"STAMPWELL_DATABASE_URL": store.url}, ready_path="/readyz", log=folder / "server.log"
    )
    server.start()
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            return _ask_each(connection, {"Authorization": f"APIKey {key}"}, stamps=stamps)
    finally:
        server.stop()


def as_now(path: str, text: str) -> str:
    """That answer of 0.2 as this version must give it."""
    if "/history?" not in path:
        return _LAST_OF_STAMP.sub(_NEW_OF_STAMP, text)
    left = len(_LAST_OF_ROW.findall(text))

    def with_new(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        return f'{found[1]},"sequence":{left + 1},"locationIdx":null,"rewards":null,"carried":null,"mergedStampIdx":null}}'

    return _LAST_OF_ROW.sub(with_new, text)


def compare(before: Answers, after: Answers) -> int:
    """How many answers are the same. Raises BenchFailed for the first that is not."""
    for path, text in before.items():
        if after.get(path) != as_now(path, text):
            raise BenchFailed(f"{path} was answered\n{text}\nand is now\n{after.get(path)}")
    return len(before)


def prove(store: Store) -> None:
    """Raises BenchFailed where a stamp is not what its history adds up to."""
    command = [sys.executable, "-m", "stampwell", "doctor", "--ledger", "--json"]
    done = subprocess.run(command, env=_environment(store), capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    if told["differences"] or not told["stamps"]:
        raise BenchFailed(f"the ledger: {told['stamps']} stamps, {told['differences'][:3]}")


def _ask_each(connection: http.client.HTTPConnection, headers: dict[str, str], *, stamps: int) -> Answers:
    answers: Answers = {}

    def get(path: str) -> str:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise BenchFailed(f"{path}: {response.status} {text}")
        answers[path] = text
        return text

    for stamp in range(1, stamps + 1, max(1, stamps // _SAMPLES)):
        for name in ("get", "history"):
            get(f"/api/stamp/v1/{name}?stampIdx={stamp}")
    path = "/api/stamp/v1/list?limit=100"
    for _ in range(_PAGES):
        cursor = json.loads(get(path))["result"]["nextCursor"]
        if cursor is None:
            break
        path = f"/api/stamp/v1/list?limit=100&cursor={cursor}"
    return answers


def _environment(store: Store) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("STAMPWELL_")}
    return {**inherited, "STAMPWELL_DATABASE_URL": store.url}
