"""`stampwell location …`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from stampwell.cli.options import LARGEST_IDX, AccountIdx
from stampwell.cli.output import AsJson, show, show_list
from stampwell.cli.running import run
from stampwell.core.actors import OPERATOR
from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import english
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.locations import service
from stampwell.features.locations.errors import LocationInvalid
from stampwell.features.locations.model import Location

commands = typer.Typer(no_args_is_help=True, help="Locations: branches, counters, market stalls.")


@commands.command()
def create(
    *, account: AccountIdx, name: Annotated[str, typer.Option("--name", help="What you call it.")], as_json: AsJson = False
) -> None:
    """Create a location; its locationIdx is what the API takes."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        with _naming_the_option():
            location = service.create_location(tx, account, name=name, actor=OPERATOR, now_us=now_us)
        return _shown(location, get_account(tx, account).time_zone)

    show(run(unit, as_json=as_json), as_json=as_json)


@commands.command("list")
def list_(*, account: AccountIdx, as_json: AsJson = False) -> None:
    """List locations."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        zone = get_account(tx, account).time_zone
        return [_shown(location, zone) for location in service.list_locations(tx, account)]

    show_list(
        run(unit, as_json=as_json),
        as_json=as_json,
        empty=f"No location yet. Make one: stampwell location create --account {account} --name NAME",
    )


@commands.command()
def update(
    location: Annotated[int, typer.Argument(metavar="LOCATIONIDX", min=1, max=LARGEST_IDX)],
    *,
    account: AccountIdx,
    name: Annotated[str | None, typer.Option("--name", help="What it is called from now on.")] = None,
    active: Annotated[Literal["Y", "N"] | None, typer.Option("--active", help="N: it takes no new marks or rewards.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rename a location, or switch it off or on. What is not given stays as it is."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        with _naming_the_option():
            changed = service.change_location(
                tx,
                account,
                location,
                name=name,
                active=None if active is None else active == "Y",
                actor=OPERATOR,
                now_us=now_us,
            )
        return _shown(changed, get_account(tx, account).time_zone)

    show(run(unit, as_json=as_json), as_json=as_json)


@contextmanager
def _naming_the_option() -> Iterator[None]:
    """A name that is refused is refused as `--name`, not as the API's field."""
    try:
        yield
    except FieldsWrong as refusal:
        raise LocationInvalid(f"--name: {refusal.fields[0].problem.said(english)}.") from None


def _shown(location: Location, zone: ZoneInfo) -> dict[str, object]:
    return {"accountIdx": location.account_id, **location.as_json(zone)}
