"""`stampwell domain …`."""

from typing import Annotated

import typer

from stampwell.cli.options import AccountIdx, OfAccount
from stampwell.cli.output import REFUSED, AsJson, show, show_list
from stampwell.cli.running import run, run_work
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.core.phrases import Phrase, english
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.domains import service
from stampwell.outbound_services import domain_checker
from stampwell.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Custom domains of stamp links.")

Origin = Annotated[str, typer.Argument(metavar="ORIGIN", help="Such as https://stamps.example.com")]


@commands.command()
def add(
    origin: Origin,
    *,
    account: AccountIdx,
    verified: Annotated[bool, typer.Option("--verified", help="You know that the domain is theirs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Register a domain; stamps can be issued on it once it is verified. Adding it again with --verified verifies it."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        domain = service.add(tx, account, origin=origin, verified=verified, actor=OPERATOR, now_us=now_us)
        return domain.as_json(get_account(tx, account).time_zone)

    show(run(unit, as_json=as_json), as_json=as_json)


@commands.command("list")
def list_(
    *,
    account: OfAccount = None,
    as_json: AsJson = False,
) -> None:
    """List custom domains."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        return [domain.as_json(get_account(tx, domain.account_id).time_zone) for domain in service.list_domains(tx, account)]

    show_list(
        run(unit, as_json=as_json), as_json=as_json, empty="No domain yet. Add one: stampwell domain add --account N ORIGIN"
    )


@commands.command()
def check(origin: Origin, *, account: AccountIdx, as_json: AsJson = False) -> None:
    """Look for a domain's proof now, and say what to do when there is none. Exit status 1 while it is not verified."""

    async def work(db: Database, settings: Settings) -> dict[str, object]:
        domain = await db.read(service.get_by_origin, account, origin=origin)
        zone = (await db.read(get_account, account)).time_zone
        outcome = await domain_checker(settings).check(domain)
        now_us = SystemClock().now_us()
        noted = await db.write(service.note_check, account, domain.domain_id, outcome=outcome, actor=OPERATOR, now_us=now_us)
        return {
            **(noted or domain).as_json(zone),
            "problems": _english((noted.problems if noted else ()) or outcome.problems),
            "recordNm": domain.record_name,
            "recordText": domain.record_text,
            "fileUrl": domain.file_url,
            "fileText": domain.token,
        }

    found = run_work(work, as_json=as_json)
    show(found, as_json=as_json)
    if found["verifiedYn"] == "N":
        raise typer.Exit(REFUSED)


@commands.command()
def remove(origin: Origin, *, account: AccountIdx, as_json: AsJson = False) -> None:
    """Remove a domain. No new stamp can be issued on it; stamps that were keep it."""

    def unit(tx: Tx, now_us: int) -> str:
        return service.remove(tx, account, origin=origin, actor=OPERATOR, now_us=now_us)

    removed = run(unit, as_json=as_json)
    show({"accountIdx": account, "domain": removed, "removedYn": "Y"}, as_json=as_json)


def _english(problems: tuple[Phrase, ...]) -> list[str]:
    return [problem.said(english) for problem in problems]
