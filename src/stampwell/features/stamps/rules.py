"""Pure decisions about stamps: no IO, no clock, no SQL. What is not allowed raises its refusal."""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, NamedTuple

from stampwell.core.days import day_of, to_ymdt, years_after
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import SECOND_US
from stampwell.features.cards.errors import CardClosed
from stampwell.features.cards.model import Card
from stampwell.features.cards.rewards import rewards_to_json
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.locations.model import Location
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.plans.model import Plan, PlanTable
from stampwell.features.stamps.errors import (
    HasNextStamp,
    NoRoom,
    NotFull,
    NotValidHere,
    RewardHandedOut,
    RewardNotReached,
    TooFewMarks,
    VersionMismatch,
)
from stampwell.features.stamps.mark_times import PastMarks, check_times
from stampwell.features.stamps.model import EventMeta, Stamp
from stampwell.features.stamps.rewards import handed_out_instant, owed_rewards, rewards_of, with_handed_out
from stampwell.features.stamps.states import REFUSALS, Action, State, state_of

LONGEST_VALIDITY_YEARS = 5


# Fields of a Stamp that an update may change at any time: they say whom it is for, not what it is worth.
DESCRIBING = frozenset(
    {
        "memo",
        "user_id",
        "user_name",
        "user_phone",
        "user_phone_digits",
        "user_email",
        "user_email_key",
        "user_etc1",
        "user_etc2",
    }
)


class Added(NamedTuple):
    """What an addition comes to. stamps: marks on the stamp then. carried: those that are left for the customer's next one."""

    stamps: int
    carried: int


class Redeemed(NamedTuple):
    """A stamp with rewards handed out, and the marks that each of them needed."""

    stamp: Stamp
    rewards: tuple[int, ...]


def latest_end(today: date) -> date:
    """The last day on which a stamp issued today may end."""
    return years_after(today, LONGEST_VALIDITY_YEARS)


def is_custom_domain(origin: str, *, instance_domains: AbstractSet[str], plan: Plan, plans: PlanTable) -> bool:
    """Whether the origin is an account's own rather than the instance's.

    Raises PlanLacksCustomDomains when it is, and the plan has none.
    """
    if origin in instance_domains:
        return False
    if not plan.custom_domains:
        raise PlanLacksCustomDomains(plan=plan.name, needed=plans.cheapest_with(lambda other: other.custom_domains))
    return True


def check(action: Action, stamp: Stamp, meta: EventMeta, *, count: int = 0) -> None:
    """Raises what the stamp's state refuses the action with. A full one that carries takes marks: for the next stamp."""
    state = state_of(stamp, meta.today)
    refusal = REFUSALS[action].get(state)
    if refusal is None or (action is Action.ADD and state is State.FULL and stamp.carries):
        return
    redeemed_on = None if stamp.redeemed_at is None else day_of(stamp.redeemed_at, meta.zone)
    raise refusal(
        starts_on=stamp.starts_on,
        ends_on=stamp.ends_on,
        today=meta.today,
        redeemed_on=redeemed_on,
        stamps=stamp.stamps + count,
        max_stamps=stamp.max_stamps,
        merged_into=stamp.merged_stamp_id,
        problem=_NOT_MERGEABLE.get(state),
    )


_NOT_MERGEABLE = {
    State.MERGED: phrase("one of them was merged before."),
    State.REDEEMED: phrase("one of them is redeemed."),
}


def etag_of(stamp: Stamp) -> str:
    """The entity tag of the stamp as it is: another one after every change."""
    return f'"{stamp.sequence}"'


def check_version(stamp: Stamp, meta: EventMeta) -> None:
    """Raises VersionMismatch where the request named another version of the stamp."""
    if meta.if_match is not None and etag_of(stamp) not in meta.if_match:
        raise VersionMismatch(etag=etag_of(stamp))


def check_occurred(stamp: Stamp, meta: EventMeta) -> None:
    """Raises FieldsWrong for something that is said to have happened before the stamp was issued."""
    if meta.occurred_at is not None and meta.occurred_at < stamp.created_at // SECOND_US * SECOND_US:
        issued = to_ymdt(stamp.created_at, meta.zone)
        raise FieldsWrong(
            [FieldError("occurredYmdt", phrase("must not be before the stamp was issued: {issued}", issued=issued))]
        )


def check_place(locations: Mapping[tuple[int, int], Location], account_id: int, meta: EventMeta, *, takes_marks: bool) -> None:
    """Raises LocationNotFound, and NotValidHere for a location that is switched off where marks or rewards are given out.

    locations: those that there are, of the ones that were named, by (account, location).
    """
    if meta.location_id is None:
        return
    found = locations.get((account_id, meta.location_id))
    if found is None:
        raise LocationNotFound(field="locationIdx", location_id=meta.location_id)
    if takes_marks and not found.active:
        raise NotValidHere(problem=phrase("location {location} is switched off.", location=meta.location_id))


def check_location(stamp: Stamp, location_id: int | None) -> None:
    """Raises NotValidHere where the card takes no marks and hands out no rewards at that place."""
    valid_at = json.loads(stamp.card_location_ids) if stamp.card_location_ids != "[]" else []
    if not valid_at or location_id in valid_at:
        return
    if location_id is None:
        problem = phrase(
            "required: card {card} is valid at some locations only: {places}.", card=stamp.card_id, places=_list(valid_at)
        )
    else:
        problem = phrase(
            "card {card} is not valid at location {location}, only at: {places}.",
            card=stamp.card_id,
            location=location_id,
            places=_list(valid_at),
        )
    raise NotValidHere(problem=problem)


def with_marks(stamp: Stamp, count: int, meta: EventMeta, *, past: Sequence[PastMarks]) -> Added:
    """So many marks more on the stamp; what does not fit is left over where the card carries it to the next stamp.

    past: rows of its ledger since `marks_matter_since`, in their order.
    """
    check_occurred(stamp, meta)
    check(Action.ADD, stamp, meta, count=count)
    check_location(stamp, meta.location_id)
    carried = max(0, stamp.stamps + count - stamp.max_stamps)
    if carried and not stamp.carries:
        raise NoRoom(stamps=stamp.stamps + count, max_stamps=stamp.max_stamps)
    if carried and stamp.renewed_stamp_id is not None:
        raise HasNextStamp(marks=count, next_stamp=stamp.renewed_stamp_id)
    check_times(stamp, count, meta, past=past)
    return Added(stamp.stamps + count - carried, carried)


def check_same_sale(*, first: int, count: int) -> None:
    """Raises FieldsWrong for a sale that is sent again with another count than the first time."""
    if count != first:
        sentence = phrase(
            "must be {first}, as when this orderRef was sent first; a new sale needs an orderRef of its own", first=first
        )
        raise FieldsWrong([FieldError("count", sentence)])


def without_marks(stamp: Stamp, count: int, meta: EventMeta) -> Stamp:
    """The stamp with so many marks fewer."""
    check_occurred(stamp, meta)
    check(Action.REMOVE, stamp, meta)
    if stamp.stamps < count:
        raise TooFewMarks(stamps=stamp.stamps, count=count)
    return stamp._replace(stamps=stamp.stamps - count)


def redeemed(stamp: Stamp, meta: EventMeta) -> Redeemed:
    """The stamp with its reward handed out, and every reward on the way that is still owed."""
    check_occurred(stamp, meta)
    check(Action.REDEEM, stamp, meta)
    check_location(stamp, meta.location_id)
    return handed_out(stamp, meta)


def handed_out(stamp: Stamp, meta: EventMeta) -> Redeemed:
    """As `redeemed`, of a stamp whose state is not asked for."""
    _check_not_handed_out(stamp, stamp.max_stamps, meta)
    owed = [reward.stamps for reward in owed_rewards(stamp)]
    after = with_handed_out(stamp, owed, meta.happened_at) if owed else stamp
    return Redeemed(after._replace(redeemed_at=meta.happened_at), (*owed, stamp.max_stamps))


def reward_redeemed(stamp: Stamp, reward: int, meta: EventMeta) -> Redeemed:
    """The stamp with the reward on the way handed out that so many marks earn."""
    check_occurred(stamp, meta)
    there_are = [found.stamps for found in rewards_of(stamp)]
    if reward not in there_are:
        raise FieldsWrong([FieldError("reward", _no_such_reward(there_are))])
    check(Action.REDEEM_REWARD, stamp, meta)
    check_location(stamp, meta.location_id)
    _check_not_handed_out(stamp, reward, meta)
    if stamp.stamps < reward:
        raise RewardNotReached(stamps=stamp.stamps, reward=reward)
    return Redeemed(with_handed_out(stamp, [reward], meta.happened_at), (reward,))


def _check_not_handed_out(stamp: Stamp, reward: int, meta: EventMeta) -> None:
    """Raises RewardHandedOut, also for the last one: a stamp may have moved from a card that has it on the way."""
    handed_out_at = handed_out_instant(stamp, reward)
    if handed_out_at is not None:
        raise RewardHandedOut(reward=reward, handed_out_on=day_of(handed_out_at, meta.zone))


def _no_such_reward(there_are: Sequence[int]) -> Phrase:
    if not there_are:
        return phrase("this stamp has no rewards on the way; leave it out to redeem the full stamp")
    return phrase(
        "must be one of the rewards on the way of this stamp: {rewards}; leave it out to redeem the full stamp",
        rewards=_list(there_are),
    )


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def renewal_days(stamp: Stamp, today: date) -> tuple[date, date]:
    """First and last day of the stamp that follows: as long as this one's validity, from today on."""
    length = date.fromisoformat(stamp.ends_on) - date.fromisoformat(stamp.starts_on)
    latest = latest_end(today)
    return today, latest if length > latest - today else today + length


def updated(stamp: Stamp, given: Mapping[str, Any], meta: EventMeta, *, card: Card | None, redeem: bool) -> Stamp:
    """The stamp with those fields of it replaced; `card`: the one it moves to; `redeem`: its reward is to be handed out then.

    The validity is not looked at: an update corrects what went wrong at the till.
    """
    if redeem or given.keys() - DESCRIBING:
        check(Action.CORRECT, stamp, meta)
    check(Action.DESCRIBE, stamp, meta)
    after = stamp._replace(**given)
    if after.starts_on > after.ends_on:
        raise FieldsWrong([_days_out_of_order(stamp, given)])
    if card is not None:
        after = _on_card(after, card)
    if after.stamps > after.max_stamps:
        raise NoRoom(stamps=after.stamps, max_stamps=after.max_stamps)
    if redeem and after.stamps < after.max_stamps:
        raise NotFull(stamps=after.stamps, max_stamps=after.max_stamps)
    return after


def _on_card(stamp: Stamp, card: Card) -> Stamp:
    if not card.takes_stamps:
        raise CardClosed(card_id=card.card_id)
    return stamp._replace(
        card_id=card.card_id,
        max_stamps=card.max_stamps,
        reward_title=card.reward_title,
        cooldown_s=card.cooldown_s,
        daily_max=card.daily_max,
        rewards=rewards_to_json(card.rewards),
        carries=card.carries,
    )


def _days_out_of_order(stamp: Stamp, given: Mapping[str, Any]) -> FieldError:
    if "ends_on" in given:
        return FieldError(
            "endYmd", phrase("must not be before strtYmd ({start})", start=given.get("starts_on", stamp.starts_on))
        )
    return FieldError("strtYmd", phrase("must not be after endYmd ({end})", end=stamp.ends_on))
