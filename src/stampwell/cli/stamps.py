"""`stampwell stamp …`."""

import json
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
from stampwell.features.locations.service import require_locations
from stampwell.features.stamps import finding
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.objects import stamp_object
from stampwell.features.stamps.rewards import StampReward, owed_rewards, rewards_of

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

    def in_words(tx: Tx, now_us: int) -> dict[str, object]:
        """The same, and where the card is valid."""
        shown = unit(tx, now_us)
        found = finding.get_any_stamp(tx, named)
        places = require_locations(tx, found.account_id, json.loads(found.card_location_ids))
        where = [f"{place.location_id} {place.name}" for place in places] or ["everywhere"]
        return {**shown, "rewards": _rewards(found), "validAt": ", ".join(where)}

    show(run(unit if as_json else in_words, as_json=as_json), as_json=as_json)


def _rewards(stamp: Stamp) -> str | None:
    """Those on the way, in words."""
    rewards = [f"{reward.stamps} {reward.title} ({_state(stamp, reward)})" for reward in rewards_of(stamp)]
    return ", ".join(rewards) or None


def _state(stamp: Stamp, reward: StampReward) -> str:
    if reward.handed_out_at is not None:
        return "handed out"
    return "owed" if reward in owed_rewards(stamp) else f"{reward.stamps - stamp.stamps} to go"
