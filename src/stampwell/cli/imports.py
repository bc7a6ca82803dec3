"""`stampwell stamp import`."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from stampwell.cli.options import AccountIdx
from stampwell.cli.output import REFUSED, AsJson, show
from stampwell.cli.progress import Pace, Stop, progress
from stampwell.cli.refused_rows import RefusedRows
from stampwell.cli.running import run_work
from stampwell.cli.sources import Source, SourceRow, open_source
from stampwell.core.clock import SystemClock
from stampwell.core.errors import AppError
from stampwell.core.phrases import english
from stampwell.db.database import Database
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import OPERATOR, Entry
from stampwell.features.audit.service import record
from stampwell.features.plans.table import PlansFileWrong, load_plans
from stampwell.features.stamps.drafts import Drafts
from stampwell.features.stamps.importing import (
    CHUNK,
    Draft,
    Importer,
    Known,
    Occurrences,
    Outcome,
    check_rows,
    fingerprint,
    issue_rows,
)
from stampwell.features.stamps.model import Actor
from stampwell.settings import Settings

_ACTOR = Actor("system", None, "cli")

# Rows that are read before the bar moves and a Ctrl-C is heard.
_STEP = 10_000

Issue = Callable[[Sequence[Draft]], Awaitable[Sequence[Outcome | None]]]


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv with a header row, or a .jsonl.")],
    *,
    account: AccountIdx,
    name: Annotated[
        str | None, typer.Option("--name", help="Of this import; without it, the file's. Under another name rows are new.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, issue nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Issue a stamp for every row of a file, each once: a second run goes on where the first one ended."""

    async def work(db: Database, settings: Settings) -> _Tally:
        source = open_source(file)
        with Stop() as stop:
            occurrences, total = _read_through(source, stop, shown=not as_json)
            if stop.requested:
                return _Tally(stopped=True)
            importer = await _importer(db, settings, account, name=name or file.name, occurrences=occurrences)
            issue = _checking(db, account) if dry_run else _issuing(db, account)
            tally = await _import_all(source, importer, issue, stop, total=total, shown=not as_json)
        if not dry_run:
            changes = {"count": [None, tally.issued]}
            entry = Entry(account, OPERATOR, "import.issued", None, file.name, SystemClock().now_us(), changes)
            await db.write(record, entry)
        return tally

    pace = Pace()
    tally = run_work(work, as_json=as_json)
    show(_summary(tally, pace, dry_run=dry_run), as_json=as_json)
    if tally.refused or tally.stopped:
        raise typer.Exit(REFUSED)


class _Tally(NamedTuple):
    """What became of the rows; `issued` is what would have been, in a dry run."""

    issued: int = 0
    already_issued: int = 0
    refused: int = 0
    report: Path | None = None
    stopped: bool = False

    @property
    def rows(self) -> int:
        return self.issued + self.already_issued + self.refused


def _read_through(source: Source, stop: Stop, *, shown: bool) -> tuple[Occurrences, int]:
    """The first pass: the file is whole, how many rows it has, and which of them are equal."""
    occurrences, count = Occurrences(), 0
    with progress("reading", total=None, shown=shown) as advance:
        for row in source.rows():
            if not row.problem:
                occurrences.note(fingerprint(row.values))
            count += 1
            if count % _STEP == 0:
                advance(count)
                if stop.requested:
                    break
    return occurrences, count


async def _importer(db: Database, settings: Settings, account_id: int, *, name: str, occurrences: Occurrences) -> Importer:
    account = await db.read(get_account, account_id)
    plans = load_plans(settings.plans_file)
    if account.plan not in plans.plans:
        raise PlansFileWrong(f"account {account_id} is on the plan {account.plan!r}, which the plan table lacks")
    drafts = Drafts(plans=plans, default_domain=settings.default_domain, instance_domains=settings.instance_domains)
    plan = plans.get_plan(account.plan)
    return Importer(account, plan=plan, drafts=drafts, name=name, actor=_ACTOR, occurrences=occurrences)


def _issuing(db: Database, account_id: int) -> Issue:
    async def issue(drafts: Sequence[Draft]) -> Sequence[Outcome | None]:
        return await db.write(issue_rows, account_id, drafts, now_us=SystemClock().now_us())

    return issue


def _checking(db: Database, account_id: int) -> Issue:
    async def check(drafts: Sequence[Draft]) -> Sequence[Outcome | None]:
        return await db.read(check_rows, account_id, drafts)

    return check


async def _import_all(source: Source, importer: Importer, issue: Issue, stop: Stop, *, total: int, shown: bool) -> _Tally:
    """The second pass, a transaction a chunk."""
    tally = _Tally()
    with RefusedRows(source) as report, progress("issuing", total=total, shown=shown) as advance:
        for chunk in _chunks(source.rows()):
            if stop.requested:
                tally = tally._replace(stopped=True)
                break
            drafts = [_draft(importer, row) for row in chunk]
            outcomes = iter(await issue([draft for draft in drafts if isinstance(draft, Draft)]))
            for row, draft in zip(chunk, drafts, strict=True):
                tally = _told(tally, row, next(outcomes) if isinstance(draft, Draft) else draft, report)
            advance(tally.rows)
        return tally._replace(report=report.finish())


def _chunks(rows: Iterator[SourceRow]) -> Iterator[list[SourceRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _draft(importer: Importer, row: SourceRow) -> Draft | AppError | str:
    return row.problem or importer.draft(row.values, now_us=SystemClock().now_us())


def _told(tally: _Tally, row: SourceRow, outcome: Outcome | str | None, report: RefusedRows) -> _Tally:
    if isinstance(outcome, AppError | str):
        report.add(row, _reasons(outcome))
        return tally._replace(refused=tally.refused + 1)
    if outcome is Known.ALREADY_ISSUED:
        return tally._replace(already_issued=tally.already_issued + 1)
    return tally._replace(issued=tally.issued + 1)


def _reasons(refusal: AppError | str) -> list[str]:
    if isinstance(refusal, str):
        return [refusal]
    return [f"{wrong.field}: {wrong.problem.said(english)}" for wrong in refusal.fields] or [refusal.message]


def _summary(tally: _Tally, pace: Pace, *, dry_run: bool) -> dict[str, object]:
    return {
        "issued": tally.issued,
        "alreadyIssued": tally.already_issued,
        "refused": tally.refused,
        "report": None if tally.report is None else str(tally.report),
        "dryRunYn": "Y" if dry_run else "N",
        "stoppedYn": "Y" if tally.stopped else "N",
        "seconds": pace.seconds,
        "rowsPerSecond": pace.a_second(tally.rows),
    }
