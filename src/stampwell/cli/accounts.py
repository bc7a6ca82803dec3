"""`stampwell account …`."""

from typing import Annotated

import typer

from stampwell.cli.options import LARGEST_IDX
from stampwell.cli.output import WRONG_USE, AsJson, fail, show, show_list
from stampwell.cli.running import run, run_work, settings_or_exit
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.db.database import Database, Tx
from stampwell.features.accounts import service
from stampwell.features.accounts.admission import await_changes
from stampwell.features.accounts.model import STAMP_IDX_FORMATS, Account, StampIdxFormat
from stampwell.features.plans.table import PlansFileWrong, load_plans
from stampwell.settings import Settings

_OF_THE_ZONE = "auto"

commands = typer.Typer(no_args_is_help=True, help="Merchant organisations.")

AccountIdx = Annotated[int, typer.Argument(metavar="ACCOUNTIDX", min=1, max=LARGEST_IDX, help="The account's number.")]
PlanName = Annotated[
    str, typer.Option("--plan", help="A plan of the plan table: free, personal, premium, business, enterprise.")
]
Format = Annotated[
    str, typer.Option("--stamp-idx-format", help="What create answers: integer (stampIdx) or code (16 characters).")
]


Country = Annotated[
    str,
    typer.Option(
        "--country", help="Whose phone numbers come without a country code: ISO 3166, such as KR. Left out: the time zone's."
    ),
]


@commands.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The merchant's name.")],
    *,
    plan: PlanName = "enterprise",
    timezone: Annotated[str, typer.Option("--timezone", help="IANA time zone that the shop's days are counted in.")] = "UTC",
    country: Country = "",
    stamp_idx_format: Format = "integer",
    as_json: AsJson = False,
) -> None:
    """Create an account."""
    _require_plan(plan, as_json=as_json)
    chosen = _format(stamp_idx_format, as_json=as_json)

    def unit(tx: Tx, now_us: int) -> Account:
        return service.create(
            tx,
            name=name,
            plan=plan,
            time_zone=timezone,
            country_code=country,
            stamp_idx_format=chosen,
            actor=OPERATOR,
            now_us=now_us,
        )

    show(run(unit, as_json=as_json).as_json(), as_json=as_json)


@commands.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the accounts."""
    accounts = run(lambda tx, _: service.list_accounts(tx), as_json=as_json)
    show_list(
        [account.as_json() for account in accounts],
        as_json=as_json,
        empty="No account yet. Make one: stampwell account create NAME",
    )


@commands.command("set-plan")
def set_plan(account: AccountIdx, plan: Annotated[str, typer.Argument(metavar="PLAN")], *, as_json: AsJson = False) -> None:
    """Move an account to another plan; every server process follows within a second."""
    _require_plan(plan, as_json=as_json)

    def unit(tx: Tx, now_us: int) -> Account:
        return service.set_plan(tx, account, plan=plan, actor=OPERATOR, now_us=now_us)

    show(run(unit, as_json=as_json).as_json(), as_json=as_json)


@commands.command("set-stamp-idx-format")
def set_stamp_idx_format(
    account: AccountIdx,
    stamp_idx_format: Annotated[str, typer.Argument(metavar="integer|code")],
    *,
    as_json: AsJson = False,
) -> None:
    """Choose what create answers as result: the integer or the 16-character code."""
    chosen = _format(stamp_idx_format, as_json=as_json)

    def unit(tx: Tx, now_us: int) -> Account:
        return service.set_stamp_idx_format(tx, account, stamp_idx_format=chosen, actor=OPERATOR, now_us=now_us)

    show(run(unit, as_json=as_json).as_json(), as_json=as_json)


@commands.command("set-country")
def set_country(
    account: AccountIdx,
    country: Annotated[
        str, typer.Argument(metavar="COUNTRY", help="ISO 3166, such as KR; or `auto` for the country of the time zone.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Choose whose phone numbers come without a country code. What is stored stays as it is."""

    def unit(tx: Tx, now_us: int) -> Account:
        code = service.country_of("" if country == _OF_THE_ZONE else country)
        return service.change_account(tx, account, {"country_code": code}, actor=OPERATOR, now_us=now_us).after

    show(run(unit, as_json=as_json).as_json(), as_json=as_json)


@commands.command()
def suspend(account: AccountIdx, *, as_json: AsJson = False) -> None:
    """Refuse every change of an account from now on, and every request within a second. Nothing is lost."""

    async def work(db: Database, _settings: Settings) -> Account:
        suspended = await db.write(service.suspend, account, actor=OPERATOR, now_us=SystemClock().now_us())
        # A transaction of its own: while it waits, whoever comes is refused already.
        await db.write(await_changes, account)
        return suspended

    show(run_work(work, as_json=as_json).as_json(), as_json=as_json)


@commands.command()
def resume(account: AccountIdx, *, as_json: AsJson = False) -> None:
    """Serve a suspended account again."""

    def unit(tx: Tx, now_us: int) -> Account:
        return service.resume(tx, account, actor=OPERATOR, now_us=now_us)

    show(run(unit, as_json=as_json).as_json(), as_json=as_json)


def _require_plan(plan: str, *, as_json: bool) -> None:
    try:
        plans = load_plans(settings_or_exit(as_json=as_json).plans_file).plans
    except PlansFileWrong as error:
        fail(str(error), status=WRONG_USE, as_json=as_json)
    if plan not in plans:
        fail(f"There is no plan {plan!r}. The plans are: {', '.join(plans)}", status=WRONG_USE, as_json=as_json)


def _format(name: str, *, as_json: bool) -> StampIdxFormat:
    known: StampIdxFormat | None = next((known for known in STAMP_IDX_FORMATS if name == known), None)
    if known is None:
        fail(f"There is no stamp idx format {name!r}. Use integer or code.", status=WRONG_USE, as_json=as_json)
    return known
