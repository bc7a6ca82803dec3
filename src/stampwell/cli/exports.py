"""`stampwell stamp export`."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from stampwell.cli.atomic_file import WholeFile
from stampwell.cli.options import LARGEST_IDX, AccountIdx
from stampwell.cli.output import REFUSED, WRONG_USE, AsJson, fail, how_many, show
from stampwell.cli.progress import Pace, Stop, progress
from stampwell.cli.running import run_work
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.core.csv_cells import to_cell
from stampwell.core.errors import OperatorError
from stampwell.db.database import Database
from stampwell.features.accounts.service import get_account
from stampwell.features.cards.service import get_card
from stampwell.features.stamps.bulk.export import BEGINNING, MEMBERS, export_page, record_export
from stampwell.settings import Settings

Write = Callable[[Mapping[str, object]], object]


class Format(StrEnum):
    """How a stamp is written."""

    CSV = "csv"
    JSONL = "jsonl"


class _ExportStopped(Exception):
    """Somebody wants the export to end; a file that is not whole is not left behind."""


def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Without it, standard output.")] = None,
    *,
    account: AccountIdx,
    card: Annotated[int | None, typer.Option("--card", min=1, max=LARGEST_IDX, help="Stamps of this card only.")] = None,
    form: Annotated[Format | None, typer.Option("--format", help="Without it, what FILE's name ends in, or else csv.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write every stamp of an account as its stamp object, newest first."""
    if as_json and file is None:
        fail("--json needs FILE: standard output is the export itself.", status=WRONG_USE, as_json=as_json)
    form = form or (Format.JSONL if file is not None and file.suffix.lower() == ".jsonl" else Format.CSV)
    # A bar in the middle of what is being printed helps nobody.
    shown = not as_json and (file is not None or not sys.stdout.isatty())
    count = 0

    async def work(db: Database, _settings: Settings) -> None:
        nonlocal count
        zone = (await db.read(get_account, account)).time_zone
        if card is not None:
            await db.read(get_card, account, card)
        with Stop() as stop, _output(file, form) as write, progress("exporting", total=None, shown=shown) as advance:
            before: tuple[int, int] | None = BEGINNING
            while before is not None:
                if stop.requested:
                    raise _ExportStopped
                page = await db.read(export_page, account, card_id=card, zone=zone, before=before)
                for stamp in page.stamps:
                    write(stamp)
                count += len(page.stamps)
                advance(count)
                before = page.next
        named, now_us = "" if file is None else file.name, SystemClock().now_us()
        await db.write(record_export, account, card_id=card, name=named, count=count, actor=OPERATOR, now_us=now_us)

    pace = Pace()
    try:
        run_work(work, as_json=as_json)
    except _ExportStopped:
        left = "Standard output ends here." if file is None else f"{file} was not written."
        fail(f"stopped after {how_many(count, 'stamp', 'stamps')}. {left}", status=REFUSED, as_json=as_json)
    if file is not None:
        seconds, speed = pace.seconds, pace.a_second(count)
        show({"exported": count, "file": str(file), "seconds": seconds, "stampsPerSecond": speed}, as_json=as_json)


@contextmanager
def _output(path: Path | None, form: Format) -> Iterator[Write]:
    """Writes stamps to the file, which appears when all of them are in it, or to standard output."""
    if path is None:
        try:
            yield _writer(sys.stdout, form)
            sys.stdout.flush()
        except OSError as error:
            raise OperatorError(f"standard output: {error.strerror}") from error
        return
    # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
    with WholeFile(path, encoding="utf-8-sig" if form is Format.CSV else "utf-8") as whole:
        yield _writer(whole.text, form)
        whole.finish()


def _writer(file: IO[str], form: Format) -> Write:
    if form is Format.JSONL:
        return lambda stamp: file.write(json.dumps(stamp, ensure_ascii=False) + "\n")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(MEMBERS)
    return lambda stamp: writer.writerow([to_cell(stamp[member]) for member in MEMBERS])
