"""The endpoint that docs/contributing.md adds works: its pieces are put into a copy of the project, which is then tested."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from texts import ROOT, page

_PIECE = re.compile(
    r"^`(?P<path>[\w/.]+)`, (?P<place>a new file|at the end|above|below)(?: `(?P<anchor>[^\n]+)`)?:\n\n"
    r"(?P<fence>`{3,4})\w+\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_COPIED = ("src", "tests", "docs", "pyproject.toml")


class Piece(NamedTuple):
    path: str
    place: str
    anchor: str | None
    imports: list[str]
    lines: list[str]


def _pieces() -> list[Piece]:
    found = []
    for match in _PIECE.finditer(page("docs/contributing.md")):
        lines = match["text"].splitlines()
        imports = [] if match["place"] == "a new file" else [line for line in lines if line.startswith(("from ", "import "))]
        rest = lines[len(imports) :]
        while imports and not rest[0]:
            del rest[0]
        found.append(Piece(match["path"], match["place"], match["anchor"], imports, rest))
    return found


_PIECES = _pieces()


def _put(piece: Piece, root: Path) -> None:
    path = root / piece.path
    if piece.place == "a new file":
        assert not path.exists(), piece.path
        path.write_text("\n".join([*piece.lines, ""]), encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    if piece.place == "at the end":
        lines += ["", "", *piece.lines]
    else:
        assert piece.anchor is not None
        places = [number for number, line in enumerate(lines) if line.strip().startswith(piece.anchor)]
        assert len(places) == 1, f"{piece.path} has {len(places)} lines that begin with {piece.anchor}"
        (at,) = places
        if piece.place == "below":
            lines[at + 1 : at + 1] = piece.lines
        else:
            blank_lines = 0 if path.suffix != ".py" else 1 if piece.lines[0].startswith(" ") else 2
            lines[at:at] = [*piece.lines, *[""] * blank_lines]
    first = next((number for number, line in enumerate(lines) if line.startswith(("from ", "import "))), 0)
    lines[first:first] = piece.imports
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the endpoint in it."""
    copy = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".*")
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, copy / name)
    for piece in _PIECES:
        _put(piece, copy)
    _run(copy, "-m", "ruff", "check", "--no-cache", "--select", "I", "--fix", "src", "tests")
    return copy


def _run(project: Path, *command: str) -> str:
    """What Python writes, given that command in the copy and with its packages. Fails when the command does."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(project / "src"), str(project / "tests")])},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_whole() -> None:
    assert len(_PIECES) == 10
    assert {piece.path.split("/")[0] for piece in _PIECES} == {"src", "tests", "docs"}


def test_style(project: Path) -> None:
    changed = [piece.path for piece in _PIECES if piece.path.endswith(".py")]
    _run(project, "-m", "ruff", "check", "--no-cache", *changed)
    _run(project, "-m", "ruff", "format", "--no-cache", "--check", *changed)


def test_imports(project: Path) -> None:
    lint_imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    assert ", 0 broken." in _run(project, "-c", lint_imports, "--no-cache")


def test_it_works(project: Path) -> None:
    """Its own tests, which call it over HTTP, and those of every route, every statement and every error."""
    tested = ["tests/api/test_card_rename.py", "tests/api/test_every_route.py"]
    held = ["tests/features/test_tenancy.py", "tests/docs/test_errors_docs.py"]
    _run(project, "-m", "pytest", "-n0", *tested, *held, "-k", "rename or TestTheTable or tenancy or errors_docs")
