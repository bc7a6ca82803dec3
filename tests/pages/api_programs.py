"""Runs the programs of `/api/docs`, each in its language as it stands there."""

import subprocess
import sys
from pathlib import Path

_NODE = str(Path(__file__).parents[2] / ".venv-generators" / "bin" / "node")
_COMMANDS = {
    "curl": ["/bin/bash"],
    "python": [sys.executable, "-"],
    "javascript": [_NODE, "--input-type=module", "-"],
    "php": ["php"],
}
_PATIENCE_S = 60.0


class Failed(Exception):
    """With what the program said."""


def run(language: str, code: str) -> str:
    """What the program prints. Raises Failed."""
    done = subprocess.run(_COMMANDS[language], input=code, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    if done.returncode != 0:
        # PHP prints what nobody caught.
        raise Failed(done.stdout + done.stderr)
    return done.stdout
