"""`stampwell card …`."""

from typing import Annotated

import typer

from stampwell.cli.options import AccountIdx, OfAccount
from stampwell.cli.output import AsJson, show, show_list
from stampwell.cli.running import run
from stampwell.core.actors import OPERATOR
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.cards import service
from stampwell.features.cards.model import Card

# Automatic numbers go on from the highest, and must stay exact in every JSON reader for ever.
_LARGEST_CHOSEN = 10**12

commands = typer.Typer(no_args_is_help=True, help="Stamp cards.")


@commands.command()
def create(
    *,
    account: AccountIdx,
    name: Annotated[str, typer.Option("--name", help="What the merchant calls it.")],
    max_stamps: Annotated[int, typer.Option("--max-stamps", help="Marks that earn the reward, 1 to 100.")],
    title: Annotated[str, typer.Option("--title", help="What the customer reads.")] = "",
    reward: Annotated[str, typer.Option("--reward", help="What a full card earns.")] = "",
    url: Annotated[str, typer.Option("--url", help="https address of the stamp page's button.")] = "",
    card_idx: Annotated[
        int | None, typer.Option("--card-idx", min=1, max=_LARGEST_CHOSEN, help="A number of your choice, if it is free.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a stamp card; its cardIdx is what the API's create takes."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        card = service.create(
            tx,
            account,
            name=name,
            max_stamps=max_stamps,
            title=title,
            reward_title=reward,
            url=url,
            card_id=card_idx,
            actor=OPERATOR,
            now_us=now_us,
        )
        return _shown(tx, card)

    show(run(unit, as_json=as_json), as_json=as_json)


@commands.command("list")
def list_(
    *,
    account: OfAccount = None,
    as_json: AsJson = False,
) -> None:
    """List stamp cards."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        return [_shown(tx, card) for card in service.list_cards(tx, account)]

    show_list(
        run(unit, as_json=as_json),
        as_json=as_json,
        empty="No card yet. Make one: stampwell card create --account N --name NAME --max-stamps 10",
    )


def _shown(tx: Tx, card: Card) -> dict[str, object]:
    return {"accountIdx": card.account_id, **card.as_json(get_account(tx, card.account_id).time_zone)}
