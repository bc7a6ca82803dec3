"""`stampwell` in this process: for tests that run dozens of commands."""

import os
from pathlib import Path

from typer.testing import CliRunner

from kit.process import Done, environment
from stampwell.cli import app


class InProcess:
    """`command("stamp", "import", …)` on that database, or one that is named; `command.json(…)` is the same with `--json`.

    Not while this process serves requests: it would take their log lines for the command's.
    """

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def __call__(self, *words: str | Path | int, **settings: object) -> Done:
        given = environment(**{"database_url": self._url, **settings})
        # A command may set the umask of its process (`backup` does), and this process goes on.
        umask = os.umask(0o022)
        os.umask(umask)
        try:
            result = CliRunner().invoke(app, [str(word) for word in words], env=given)
        finally:
            os.umask(umask)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def json(self, *words: str | Path | int, **settings: object) -> Done:
        return self(*words, "--json", **settings)
