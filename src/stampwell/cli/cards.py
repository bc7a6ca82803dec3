"""`stampwell card …`."""

import re
from typing import Annotated

import typer

from stampwell.cli.options import LARGEST_IDX, AccountIdx, OfAccount
from stampwell.cli.output import AsJson, show, show_list
from stampwell.cli.running import run
from stampwell.core.actors import OPERATOR
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.cards import service
from stampwell.features.cards.errors import CardInvalid
from stampwell.features.cards.model import Card
from stampwell.features.cards.rewards import CardReward

# Automatic numbers go on from the highest, and must stay exact in every JSON reader for ever.
_LARGEST_CHOSEN = 10**12

# The blank is needed, so that a reward may be called "2:1 on all drinks".
_ON_THE_WAY = re.compile(r"\s*(?P<stamps>[0-9]{1,3})\s*:\s+(?P<title>.*\S.*)", re.DOTALL)

commands = typer.Typer(no_args_is_help=True, help="Stamp cards.")

# Of the list; `--json` has every member.
_COLUMNS = ("cardIdx", "accountIdx", "cardNm", "cardTtl", "maxStamps", "rewardTtl", "renewYn", "activeYn", "archivedYn")


@commands.command()
def create(
    *,
    account: AccountIdx,
    name: Annotated[str, typer.Option("--name", help="What the merchant calls it.")],
    max_stamps: Annotated[int, typer.Option("--max-stamps", help="Marks that earn the reward, 1 to 100.")],
    title: Annotated[str, typer.Option("--title", help="What the customer reads.")] = "",
    reward: Annotated[
        list[str] | None,
        typer.Option("--reward", help='What a full card earns; "5: a cookie" for a reward on the way. May be repeated.'),
    ] = None,
    carry: Annotated[bool, typer.Option("--carry", help="Marks beyond the goal begin the customer's next card.")] = False,
    location: Annotated[
        list[int] | None,
        typer.Option("--location", metavar="LOCATIONIDX", min=1, max=LARGEST_IDX, help="Valid there only. May be repeated."),
    ] = None,
    url: Annotated[str, typer.Option("--url", help="https address of the stamp page's button.")] = "",
    card_idx: Annotated[
        int | None, typer.Option("--card-idx", min=1, max=_LARGEST_CHOSEN, help="A number of your choice, if it is free.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a stamp card; its cardIdx is what the API's create takes."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        reward_title, on_the_way = _rewards(reward or [], max_stamps)
        card = service.create(
            tx,
            account,
            name=name,
            max_stamps=max_stamps,
            title=title,
            reward_title=reward_title,
            url=url,
            rewards=on_the_way,
            carries=carry,
            location_ids=location or [],
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
        if account is not None:
            get_account(tx, account)
        return [_shown(tx, card) for card in service.list_cards(tx, account)]

    show_list(
        run(unit, as_json=as_json),
        as_json=as_json,
        empty="No card yet. Make one: stampwell card create --account N --name NAME --max-stamps 10",
        columns=_COLUMNS,
    )


def _rewards(given: list[str], goal: int) -> tuple[str, list[CardReward]]:
    """The reward of the goal, blank for none, and those on the way. Raises CardInvalid for two of the goal."""
    at_goal: list[str] = []
    on_the_way: list[CardReward] = []
    for text in given:
        found = _ON_THE_WAY.fullmatch(text)
        if found is None:
            at_goal.append(text)
        elif int(found["stamps"]) == goal:
            at_goal.append(found["title"])
        else:
            on_the_way.append(CardReward(int(found["stamps"]), found["title"]))
    if len(at_goal) > 1:
        raise CardInvalid('--reward: a full card earns one reward. Write one on the way with its marks: --reward "5: a cookie"')
    return (at_goal[0] if at_goal else ""), on_the_way


def _shown(tx: Tx, card: Card) -> dict[str, object]:
    return {"accountIdx": card.account_id, **card.as_json(get_account(tx, card.account_id).time_zone)}
