"""`stampwell key …`."""

from typing import Annotated

import typer

from stampwell.cli.options import LARGEST_IDX, AccountIdx, OfAccount
from stampwell.cli.output import AsJson, show, show_list
from stampwell.cli.running import run
from stampwell.core.actors import OPERATOR
from stampwell.core.days import end_of_day_us, parse_ymd
from stampwell.core.unseen import unseen_or_in_english
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.keys import service
from stampwell.features.keys.errors import KeyInvalid

commands = typer.Typer(no_args_is_help=True, help="API keys.")


@commands.command()
def create(
    *,
    account: AccountIdx,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="May be given several times; without it, all scopes.")
    ] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="Last day of validity, YYYY-MM-DD.")] = None,
    name: Annotated[str, typer.Option("--name", help="What the key is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Create a key. It is shown once: only its SHA-256 is kept."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        owner = get_account(tx, account)
        day = None if expires is None else parse_ymd(expires)
        if expires is not None and day is None:
            raise KeyInvalid(f"--expires: {unseen_or_in_english(expires, 'must be a day written YYYY-MM-DD')}.")
        new = service.create(
            tx,
            account,
            name=name,
            scopes=service.parse_scopes(part for given in scope or [] for part in given.split(",")),
            expires_at=None if day is None else end_of_day_us(day, owner.time_zone),
            actor=OPERATOR,
            now_us=now_us,
        )
        return {"apiKey": new.api_key, **new.stored.as_json(owner.time_zone)}

    show(run(unit, as_json=as_json), as_json=as_json)
    if not as_json:
        typer.echo("Keep it now: it is not shown again.", err=True)


@commands.command("list")
def list_(
    *,
    account: OfAccount = None,
    as_json: AsJson = False,
) -> None:
    """List keys: everything but the keys themselves."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        if account is not None:
            get_account(tx, account)
        return [key.as_json(get_account(tx, key.account_id).time_zone) for key in service.list_keys(tx, account)]

    show_list(run(unit, as_json=as_json), as_json=as_json, empty="No key yet. Make one: stampwell key create --account N")


@commands.command()
def revoke(
    key: Annotated[
        int, typer.Argument(metavar="KEYIDX", min=1, max=LARGEST_IDX, help="The key's number, from: stampwell key list")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Refuse a key from now on; every server process follows within a second."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        revoked = service.revoke(tx, service.get_any_key(tx, key).account_id, key, actor=OPERATOR, now_us=now_us)
        return revoked.as_json(get_account(tx, revoked.account_id).time_zone)

    show(run(unit, as_json=as_json), as_json=as_json)
