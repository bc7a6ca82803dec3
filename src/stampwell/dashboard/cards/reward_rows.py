"""The rows of the editor's form that say what a card gives on the way to its goal."""

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any, NamedTuple

from stampwell.features.cards.rewards import MOST_REWARDS, CardReward
from stampwell.web.forms import Form

_MARKS = re.compile("[0-9]{1,3}")
_PLACE = re.compile("[0-9]{1,3}")

REWARD_FIELDS = frozenset(
    {"rewards"} | {f"rewards.{place}.{member}" for place in range(MOST_REWARDS) for member in ("stamps", "rewardTtl")}
)
"""What the form can say of them is wrong, as the API names it."""


class RewardRow(NamedTuple):
    """As typed. is_new: the form has just been asked for it."""

    stamps: str
    title: str
    is_new: bool = False


def changes_rows(form: Form) -> bool:
    """Whether the form asks for another row, or for one less, rather than to be saved."""
    return form.has("addReward") or form.has("removeReward")


def rows_of(form: Form) -> list[RewardRow]:
    """The rows to show: those that are not blank, without the one to remove, and with a new one if that was asked for."""
    typed = [RewardRow(stamps.strip(), title.strip()) for stamps, title in _pairs(form)]
    place = form.text("removeReward")
    if _PLACE.fullmatch(place) and int(place) < len(typed):
        del typed[int(place)]
    rows = [row for row in typed if row.stamps or row.title]
    return [*rows, RewardRow("", "", is_new=True)] if form.has("addReward") and len(rows) < MOST_REWARDS else rows


def values_of_rows(form: Form) -> list[dict[str, Any]]:
    """As the API takes them, so that it names what is wrong by the place among the rows that are not blank."""
    return [
        {
            **({"stamps": int(row.stamps) if _MARKS.fullmatch(row.stamps) else row.stamps} if row.stamps else {}),
            **({"rewardTtl": row.title} if row.title else {}),
        }
        for row in rows_of(form)
    ]


def drawn_rewards(form: Form, *, goal: int) -> tuple[CardReward, ...]:
    """What of the rows makes sense already, rising: for the preview. A reward without a name is drawn, too."""
    typed = {int(row.stamps): row.title[:200] for row in rows_of(form) if _MARKS.fullmatch(row.stamps)}
    return tuple(CardReward(stamps, title) for stamps, title in sorted(typed.items()) if 0 < stamps < goal)


def row_values(rewards: Iterable[CardReward]) -> dict[str, object]:
    """What the form holds of them."""
    given = list(rewards)
    return {"rewardAt": [reward.stamps for reward in given], "rewardName": [reward.title for reward in given]}


def _pairs(form: Form) -> Iterable[tuple[str, str]]:
    return zip_longest(form.all("rewardAt"), form.all("rewardName"), fillvalue="")
