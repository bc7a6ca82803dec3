"""Files to import, and what became of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kit.command import InProcess
from kit.data import Data

HEADER = "cardIdx,strtYmd,endYmd,userId,userNm"
ROW = "123,2026-01-01,2026-12-31"

Write = Callable[[str, str], Path]


def csv_of(*rows: str, header: str = HEADER) -> str:
    return "".join(f"{line}\n" for line in (header, *rows))


def run_import(command: InProcess, path: Path, *words: str, account: int = 1) -> dict[str, Any]:
    done = command.json("stamp", "import", path, "--account", account, *words)
    shown = done.json
    assert done.status == (1 if shown["refused"] or shown["stoppedYn"] == "Y" else 0), done
    return shown


def counts(shown: dict[str, Any]) -> tuple[int, int, int]:
    return shown["issued"], shown["alreadyIssued"], shown["refused"]


def users(data: Data) -> list[str]:
    return [row["user_id"] for row in data.rows("SELECT user_id FROM stamp ORDER BY stamp_id")]
