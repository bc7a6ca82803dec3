"""What the pages tell people to paste does what the pages say."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from texts import ROOT, blocks, page, sections

from kit.process import Command, Serve, environment

_STAMPWELL = f"{sys.executable} -m stampwell"
_SHOWN_BASE = "http://127.0.0.1:8000"
_CURL = Path(__file__).with_name("curl_standin.py")
_GET_FIRST = f'curl -G {_SHOWN_BASE}/api/stamp/v1/get -H "Authorization: APIKey $KEY" -d stampIdx=1'


def _shell(script: str, folder: Path, *, base: str = _SHOWN_BASE, key: str = "") -> str:
    """What a shell prints that is given the script in the folder, with that key in KEY."""
    here = script.replace(".venv/bin/stampwell", _STAMPWELL).replace(_SHOWN_BASE, base)
    curl = f'curl() {{ {sys.executable} {_CURL} "$@"; echo; }}'
    done = subprocess.run(
        ["sh", "-eu", "-c", f"{curl}\nKEY={key}\n{here}"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def _answers(script: str, folder: Path, *, base: str, key: str) -> list[Any]:
    """What each curl of the script answered."""
    return [json.loads(line) for line in _shell(script, folder, base=base, key=key).splitlines()]


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
        assert _shell(curl, tmp_path, base=demo, key=key) == shown
        assert json.loads(_shell(".venv/bin/stampwell stamp show 122 --json", tmp_path))["userNm"] == "Brown Smith"

    def test_make_demo_is_the_demo_in_the_background(self) -> None:
        assert "\n\t@.venv/bin/stampwell demo --background\n" in page("Makefile")


class TestApiGuide:
    """From an account to a redeemed stamp: the commands of the guide, in its order."""

    def test_every_command(self, serve: Serve, tmp_path: Path) -> None:
        guide = sections(page("docs/api.md"))
        (making,) = blocks(guide["Before the first request"], "sh")
        commands, serving = making.rstrip("\n").rsplit("\n", 1)
        assert serving == ".venv/bin/stampwell serve"
        key = next(word for word in _shell(commands, tmp_path).split() if len(word) == len("sk_live_") + 44)
        base = serve().base
        pasted = {
            name: _answers(blocks(guide[name], "sh")[0], tmp_path, base=base, key=key)
            for name in ("Create stamp", "The life of a stamp", "Two who change the same stamp", "Finding stamps")
        }
        assert pasted["Create stamp"] == [{"code": 0, "message": "", "result": 1}]
        *changes, reversed_sale, history = pasted["The life of a stamp"]
        assert changes == [{"code": 0, "message": "", "result": None}] * 6
        assert [(row["removed"], row["returned"]) for row in reversed_sale["result"]] == [(0, [10])]
        actions = [row["action"] for row in history["result"]["list"]]
        assert actions == ["returned", "redeemed", "updated", "removed", "added", "added", "updated", "issued"]
        assert pasted["Two who change the same stamp"] == [{"code": 0, "message": "", "result": None}]
        assert [answer["result"] for answer in pasted["Finding stamps"]] == [{"list": [], "nextCursor": None}]

    def test_a_retry(self, serve: Serve, tmp_path: Path) -> None:
        guide = sections(page("docs/api.md"))
        (making,) = blocks(guide["Before the first request"], "sh")
        key = next(word for word in _shell(making.rsplit("\n", 2)[0], tmp_path).split() if len(word) == len("sk_live_") + 44)
        base = serve().base
        (create,), (retry,) = (blocks(guide[name], "sh") for name in ("Create stamp", "Retries"))
        assert _answers(create.replace("2025-12-31", "2029-12-31"), tmp_path, base=base, key=key)[0]["code"] == 0
        answers = [_answers(retry, tmp_path, base=base, key=key) for _ in range(2)]
        assert answers == [[{"code": 0, "message": "", "result": None}]] * 2
        shown = _answers(_GET_FIRST, tmp_path, base=base, key=key)
        assert [stamp["result"]["stamps"] for stamp in shown] == [1]


def test_the_scripts_can_be_run() -> None:
    for name in ("backup", "move-to-postgresql"):
        assert (ROOT / "deploy" / name).stat().st_mode & 0o111
