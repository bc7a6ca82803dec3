"""`stampwell stamp import`."""

import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from stampwell.cli.import_choices import ImportChoices
from stampwell.cli.import_summary import Tally, show_source, show_tally
from stampwell.cli.options import LARGEST_IDX, AccountIdx
from stampwell.cli.output import REFUSED, AsJson
from stampwell.cli.progress import Pace, Stop, progress
from stampwell.cli.refused_rows import RefusedRows, import_name
from stampwell.cli.running import run_work
from stampwell.cli.sources import Source, open_source
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, english
from stampwell.db.database import Database
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.imports.auditing import record_file
from stampwell.features.imports.layouts import TableRow
from stampwell.features.imports.outcomes import chunk_of, results_of
from stampwell.features.plans.table import PlansFileWrong, load_plans
from stampwell.features.stamps.bulk.import_rows import CHUNK, Draft, Importer, Outcome, check_rows, issue_rows
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.settings import Settings

# Rows that are read before the bar moves and a Ctrl-C is heard.
_STEP = 10_000

Issue = Callable[[Sequence[Draft]], Awaitable[Sequence[Outcome | None]]]


class _ImportStopped(Exception):
    """Somebody wanted it to end while the file was looked at."""


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv, .tsv or .txt with a header row, or a .jsonl.")],
    *,
    account: AccountIdx,
    name: Annotated[
        str | None, typer.Option("--name", help="Of this import; without it, the file's. Under another name rows are new.")
    ] = None,
    card: Annotated[
        int | None, typer.Option("--card", metavar="CARDIDX", min=0, max=LARGEST_IDX, help="For rows that name no card.")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DAY", help="First day of rows that have none.")] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="DAY", help="Last day of rows that have none.")] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=2000, help="Instead of --end: how many days, with the first.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help="Of the file, such as cp949; without it, what it looks like."),
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column means; COLUMN= leaves it out. May be repeated."),
    ] = None,
    ignore_unknown: Annotated[bool, typer.Option("--ignore-unknown", help="Leave out columns that mean nothing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, issue nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the file is read rightly.")] = False,
    as_json: AsJson = False,
) -> None:
    """Issue a stamp for every row of a file, each once: a second run goes on where the first one ended."""
    choices = ImportChoices(
        file, account, name, encoding, tuple(maps or ()), ignore_unknown, card=card, start=start, end=end, days=days
    )

    async def work(db: Database, settings: Settings) -> tuple[Source | None, Tally]:
        merchant = await db.read(get_account, account)
        if merchant.suspended_at is not None:
            raise AccountSuspended
        region = merchant.region
        with Stop() as stop:
            source = _opened(choices, stop, shown=not as_json)
        if source is None:
            return None, Tally(stopped=True)
        if not as_json:
            show_source(source, region)
            _ask(source, yes=yes or dry_run)
        importer = _importer(settings, merchant, name=name or import_name(file))
        with Stop() as stop:
            if not _read_through(source, importer, region, stop, shown=not as_json):
                return source, Tally(stopped=True)
            issue = _checking(db, account) if dry_run else _issuing(db, account)
            tally = await _import_all(source, importer, issue, region, stop, shown=not as_json)
        if not dry_run:
            issued, now_us = tally.counts.issued, SystemClock().now_us()
            await db.write(record_file, account, file_name=file.name, issued=issued, actor=OPERATOR, now_us=now_us)
        return source, tally

    pace = Pace()
    source, tally = run_work(work, as_json=as_json)
    show_tally(source, tally, pace, dry_run=dry_run, as_json=as_json)
    if tally.counts.refused or tally.stopped:
        raise typer.Exit(REFUSED)


def _opened(choices: ImportChoices, stop: Stop, *, shown: bool) -> Source | None:
    """None when somebody wanted it to end."""
    with progress("looking", total=None, shown=shown) as advance:

        def at_row(count: int) -> None:
            advance(count)
            if stop.requested:
                raise _ImportStopped

        try:
            return open_source(choices, at_row=at_row)
        except _ImportStopped:
            return None


def _ask(source: Source, *, yes: bool) -> None:
    """On a terminal, whether what was guessed is right."""
    if source.guessed and not yes and sys.stdin.isatty() and sys.stdout.isatty():
        typer.confirm("Is the file read rightly?", abort=True)


def _importer(settings: Settings, account: Account, *, name: str) -> Importer:
    plans = load_plans(settings.plans_file)
    if account.plan not in plans.plans:
        raise PlansFileWrong(f"account {account.account_id} is on the plan {account.plan!r}, which the plan table lacks")
    drafts = Drafts(plans=plans, default_domain=settings.default_domain, instance_domains=settings.instance_domains)
    return Importer(account, plan=plans.get_plan(account.plan), drafts=drafts, name=name, actor=OPERATOR)


def _read_through(source: Source, importer: Importer, region: str | None, stop: Stop, *, shown: bool) -> bool:
    """What the importer has to know of all rows before the first is issued. False when somebody wanted it to end."""
    now_us = SystemClock().now_us()
    if not _every(source, lambda row: importer.note(row.values), "reading", region, stop, shown=shown):
        return False
    if not importer.any_repeated:
        return True
    return _every(source, lambda row: importer.count(row.values, now_us=now_us), "counting", region, stop, shown=shown)


def _every(
    source: Source, look_at: Callable[[TableRow], None], what: str, region: str | None, stop: Stop, *, shown: bool
) -> bool:
    """Looks at every row that is good. False when somebody wanted it to end."""
    with progress(what, total=source.found.rows, shown=shown) as advance:
        for done, row in enumerate(source.rows(region), 1):
            if row.is_good:
                look_at(row)
            if done % _STEP == 0:
                advance(done)
                if stop.requested:
                    return False
    return True


def _issuing(db: Database, account_id: int) -> Issue:
    async def issue(drafts: Sequence[Draft]) -> Sequence[Outcome | None]:
        return await db.write(issue_rows, account_id, drafts, now_us=SystemClock().now_us())

    return issue


def _checking(db: Database, account_id: int) -> Issue:
    planned: Counter[int] = Counter()

    async def check(drafts: Sequence[Draft]) -> Sequence[Outcome | None]:
        return await db.read(check_rows, account_id, drafts, planned)

    return check


async def _import_all(
    source: Source, importer: Importer, issue: Issue, region: str | None, stop: Stop, *, shown: bool
) -> Tally:
    """The last pass, a transaction a chunk."""
    tally = Tally()
    with RefusedRows(source) as report, progress("issuing", total=source.found.rows, shown=shown) as advance:
        for rows in _chunks(source.rows(region)):
            if stop.requested:
                tally = tally._replace(stopped=True)
                break
            chunk = chunk_of(rows, importer, now_us=SystemClock().now_us())
            results = results_of(chunk, await issue(chunk.good))
            for row, why in results.refused:
                report.add(row, _reasons(why))
            tally = tally.plus(results.counts, results.notes)
            advance(tally.counts.rows)
        return tally._replace(report=report.finish())


def _chunks(rows: Iterator[TableRow]) -> Iterator[list[TableRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _reasons(refusal: AppError | Phrase) -> list[str]:
    if isinstance(refusal, Phrase):
        return [refusal.said(english)]
    return [f"{wrong.field}: {wrong.problem.said(english)}" for wrong in refusal.fields] or [refusal.message]
