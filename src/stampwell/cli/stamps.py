"""`stampwell stamp …`."""

from typing import Annotated

import typer

from stampwell.cli.exports import export
from stampwell.cli.imports import import_
from stampwell.cli.output import WRONG_USE, AsJson, fail, show
from stampwell.cli.running import run
from stampwell.core.fields import NO_STAMP
from stampwell.core.stamp_refs import read_stamp_ref
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.stamps import finding
from stampwell.features.stamps.contract.objects import stamp_object

commands = typer.Typer(no_args_is_help=True, help="Stamps that were issued.")
commands.command("import")(import_)
commands.command("export")(export)


@commands.command("show")
def show_stamp(
    stamp: Annotated[str, typer.Argument(metavar="STAMPIDX", help="Its number, its code in any spelling, or its link.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show a stamp of any account."""
    named = read_stamp_ref(stamp)
    if named is None:
        fail(f"STAMPIDX {NO_STAMP}.", status=WRONG_USE, as_json=as_json)

    def unit(tx: Tx, _now_us: int) -> dict[str, object]:
        found = finding.get_any_stamp(tx, named)
        return stamp_object(found, get_account(tx, found.account_id).time_zone)

    show(run(unit, as_json=as_json), as_json=as_json)
