"""What the pages tell people to paste does what the pages say."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from texts import ROOT, blocks, page, sections

from kit.process import Command, Serve, environment

_STAMPWELL = f"{sys.executable} -m stampwell"
_SHOWN_BASE = "http://127.0.0.1:8000"


def _paste(script: str, folder: Path, base: str = _SHOWN_BASE) -> str:
    """What a shell prints that is given the script in the folder."""
    here = script.replace(".venv/bin/stampwell", _STAMPWELL).replace(_SHOWN_BASE, base)
    done = subprocess.run(
        ["sh", "-eu", "-c", here], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


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
        assert _paste(script, tmp_path, demo) == shown.rstrip("\n")

    def test_make_demo_is_the_demo_in_the_background(self) -> None:
        assert "\n\t@.venv/bin/stampwell demo --background\n" in page("Makefile")


class TestApiGuide:
    def test_from_an_account_to_a_stamp(self, serve: Serve, tmp_path: Path) -> None:
        guide = sections(page("docs/api.md"))
        (making,) = blocks(guide["Before the first request"], "sh")
        commands, serving = making.rstrip("\n").rsplit("\n", 1)
        assert serving == ".venv/bin/stampwell serve"
        key = next(word for word in _paste(commands, tmp_path).split() if len(word) == len("sk_live_") + 44)
        server = serve()
        (curl,) = blocks(guide["Create stamp"], "sh")
        answer = json.loads(_paste(f"KEY={key}\n{curl}", tmp_path, server.base))
        assert answer == {"code": 0, "message": "", "result": 1}


class TestSelfHosting:
    def test_copies_by_hand(self, stampwell: Command, tmp_path: Path) -> None:
        assert shutil.which("sqlite3"), "Debian's sqlite3 is in requirements/apt.txt"
        assert stampwell("migrate").status == 0
        text = page("docs/self-hosting.md")
        for command in ('sqlite3 stampwell.db "VACUUM INTO \'copy.db\'"', 'sqlite3 stampwell.db ".backup copy.db"'):
            assert f"`{command}`" in text
            _paste(command, tmp_path)
            assert (tmp_path / "copy.db").stat().st_size > 0
            (tmp_path / "copy.db").unlink()

    def test_the_scripts_can_be_run(self) -> None:
        for name in ("backup", "move-to-postgresql"):
            assert (ROOT / "deploy" / name).stat().st_mode & 0o111
