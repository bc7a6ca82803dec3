"""What the pages tell people to paste does what the pages say."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from texts import ROOT, blocks, page, sections

from kit.process import Command, Serve, environment

_STAMPWELL = f"{sys.executable} -m stampwell"
_SHOWN_BASE = "http://127.0.0.1:8000"


def _shell(script: str, folder: Path) -> str:
    """What a shell prints that is given the script in the folder."""
    here = script.replace(".venv/bin/stampwell", _STAMPWELL)
    done = subprocess.run(
        ["sh", "-eu", "-c", here], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def _curl(command: str, *, base: str, key: str) -> str:
    """What curl would print: a POST with those headers and that body. A minimal Debian has no curl."""
    assert '$KEY"' in command
    program, *words = shlex.split(command.replace("\\\n", " ").replace("$KEY", key))
    assert program == "curl"
    headers, body, urls = {}, None, []
    while words:
        word = words.pop(0)
        if word == "-H":
            name, value = words.pop(0).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        else:
            urls.append(word)
    (url,) = urls
    assert url.startswith(_SHOWN_BASE)
    assert body is not None
    return httpx2.post(url.replace(_SHOWN_BASE, base), headers=headers, content=body.encode()).text


class TestReadme:
    @pytest.fixture
    def demo(self, stampwell: Command) -> Iterator[str]:
        """The address of a demo that runs in the test's folder."""
        done = stampwell("demo", "--background", "--json")
        assert done.status == 0, done.out
        yield done.json["url"]
        assert stampwell("demo", "--stop", "--json").json == {"stoppedYn": "Y"}

    def test_the_curl_after_make_demo(self, demo: str, tmp_path: Path) -> None:
        readme = sections(page("README.md"))["Try it"]
        (script,) = [block for block in blocks(readme, "sh") if "curl" in block]
        (shown,) = blocks(readme, "json")
        setting_key, curl = script.split("\n\n")
        key = _shell(f'{setting_key}\nprintf %s "$KEY"', tmp_path)
        assert _curl(curl, base=demo, key=key) == shown.rstrip("\n")
        assert json.loads(_shell(".venv/bin/stampwell stamp show 2 --json", tmp_path))["userNm"] == "Brown Smith"

    def test_make_demo_is_the_demo_in_the_background(self) -> None:
        assert "\n\t@.venv/bin/stampwell demo --background\n" in page("Makefile")


class TestApiGuide:
    def test_from_an_account_to_a_stamp(self, serve: Serve, tmp_path: Path) -> None:
        guide = sections(page("docs/api.md"))
        (making,) = blocks(guide["Before the first request"], "sh")
        commands, serving = making.rstrip("\n").rsplit("\n", 1)
        assert serving == ".venv/bin/stampwell serve"
        key = next(word for word in _shell(commands, tmp_path).split() if len(word) == len("sk_live_") + 44)
        server = serve()
        (curl,) = blocks(guide["Create stamp"], "sh")
        assert json.loads(_curl(curl, base=server.base, key=key)) == {"code": 0, "message": "", "result": 1}


def test_the_scripts_can_be_run() -> None:
    for name in ("backup", "move-to-postgresql"):
        assert (ROOT / "deploy" / name).stat().st_mode & 0o111
