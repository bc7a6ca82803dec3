"""The generators of clients, as docs/api.md tells people to call them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent

_GENERATORS = ROOT / ".venv-generators" / "bin"
_SHOWN_BASE = "http://127.0.0.1:8000"
_SECTION = re.compile(r"^## Generate a client\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATIENCE_S = 60


def shown(language: str) -> list[str]:
    """The blocks of that language in the guide's section."""
    (section,) = _SECTION.findall((ROOT / "docs" / "api.md").read_text("utf-8"))
    return [body for name, body in _FENCE.findall(section) if name == language]


def at(base: str, text: str) -> str:
    """What the guide shows, for the server at that address."""
    assert _SHOWN_BASE in text
    return text.replace(_SHOWN_BASE, base)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{_GENERATORS}:{os.environ['PATH']}", **more}


def run(*words: str | Path, folder: Path, **more: str) -> str:
    """What it prints; fails with all of it unless it ends well."""
    done = subprocess.run(
        words, cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def generate(block: str, *, base: str, folder: Path) -> str:
    """Runs the last command of the block, which generates; those before it install."""
    installing, generating = block.rstrip("\n").rsplit("\n", 1)
    assert all(line.startswith(("pip install ", "npm install ")) for line in installing.splitlines())
    return run("sh", "-c", at(base, generating), folder=folder)


def lay_out_typescript(folder: Path) -> None:
    """A project with the packages that setup installed and both programs that are to use the client."""
    for name in ("package.json", "tsconfig.json", "calls.ts", "lint.js"):
        shutil.copy(HERE / "typescript" / name, folder)
    (program,) = shown("ts")
    (folder / "guide.ts").write_text(program)
    (folder / "node_modules").symlink_to(HERE / "typescript" / "node_modules")
