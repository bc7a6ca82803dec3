"""Pure decisions about stamps: no IO, no clock, no SQL. What is not allowed raises its refusal."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, NamedTuple

from stampwell.core.days import day_of, start_of_day_us, years_after
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.core.units import SECOND_US
from stampwell.core.waits import counted_at, wait_us, whole_seconds
from stampwell.features.cards.errors import CardClosed
from stampwell.features.cards.model import Card
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.plans.model import Plan, PlanTable
from stampwell.features.stamps.errors import (
    DailyCapReached,
    NoRoom,
    NotFull,
    TooFewMarks,
    TooSoon,
)
from stampwell.features.stamps.model import KIND_ADDED, EventMeta, Stamp
from stampwell.features.stamps.states import REFUSALS, Action, state_of

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


class Marked(NamedTuple):
    """A ledger row as far as it matters to the times between marks: marks of `kind` at an instant, in microseconds."""

    kind: str
    marks: int
    occurred_at: int


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
    """Raises what the stamp's state refuses the action with."""
    refusal = REFUSALS[action].get(state_of(stamp, meta.today))
    if refusal is None:
        return
    redeemed_on = None if stamp.redeemed_at is None else day_of(stamp.redeemed_at, meta.zone)
    raise refusal(
        starts_on=stamp.starts_on,
        ends_on=stamp.ends_on,
        today=meta.today,
        redeemed_on=redeemed_on,
        stamps=stamp.stamps + count,
        max_stamps=stamp.max_stamps,
    )


def with_marks(stamp: Stamp, count: int, meta: EventMeta, *, marked: Sequence[Marked]) -> Stamp:
    """The stamp with so many marks more. `marked`: its ledger since `marks_matter_since`, oldest first."""
    check(Action.ADD, stamp, meta, count=count)
    if stamp.stamps + count > stamp.max_stamps:
        raise NoRoom(stamps=stamp.stamps + count, max_stamps=stamp.max_stamps)
    standing = _standing(marked, meta)
    if stamp.daily_max:
        midnight_us = start_of_day_us(meta.today, meta.zone)
        marks_today = sum(occurred_at >= midnight_us for occurred_at in standing)
        if marks_today + count > stamp.daily_max:
            raise DailyCapReached(daily_max=stamp.daily_max, marks_today=marks_today, marks=count)
    if stamp.cooldown_s and standing:
        wait_s = whole_seconds(wait_us(standing[-1], stamp.cooldown_s * SECOND_US, now_us=meta.recorded_at))
        if wait_s:
            raise TooSoon(cooldown_s=stamp.cooldown_s, retry_after_s=wait_s, headers={"Retry-After": str(wait_s)})
    return stamp._replace(stamps=stamp.stamps + count)


def check_same_sale(*, first: int, count: int) -> None:
    """Raises FieldsWrong for a sale that is sent again with another count than the first time."""
    if count != first:
        sentence = phrase(
            "must be {first}, as when this orderRef was sent first; a new sale needs an orderRef of its own", first=first
        )
        raise FieldsWrong([FieldError("count", sentence)])


def marks_matter_since(stamp: Stamp, meta: EventMeta) -> int | None:
    """From which instant on the ledger matters to the next mark; None when it does not."""
    since = [meta.recorded_at - stamp.cooldown_s * SECOND_US] if stamp.cooldown_s else []
    if stamp.daily_max:
        since.append(start_of_day_us(meta.today, meta.zone))
    return min(since, default=None)


def without_marks(stamp: Stamp, count: int, meta: EventMeta) -> Stamp:
    """The stamp with so many marks fewer."""
    check(Action.REMOVE, stamp, meta)
    if stamp.stamps < count:
        raise TooFewMarks(stamps=stamp.stamps, count=count)
    return stamp._replace(stamps=stamp.stamps - count)


def redeemed(stamp: Stamp, meta: EventMeta) -> Stamp:
    """The stamp with its reward handed out."""
    check(Action.REDEEM, stamp, meta)
    return handed_out(stamp, meta)


def handed_out(stamp: Stamp, meta: EventMeta) -> Stamp:
    """The stamp redeemed."""
    return stamp._replace(redeemed_at=meta.recorded_at)


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
    )


def _days_out_of_order(stamp: Stamp, given: Mapping[str, Any]) -> FieldError:
    if "ends_on" in given:
        return FieldError(
            "endYmd", phrase("must not be before strtYmd ({start})", start=given.get("starts_on", stamp.starts_on))
        )
    return FieldError("strtYmd", phrase("must not be after endYmd ({end})", end=stamp.ends_on))


def _standing(marked: Iterable[Marked], meta: EventMeta) -> list[int]:
    """When each mark was made that was not removed again; a removal takes the latest ones."""
    standing: list[int] = []
    for kind, marks, occurred_at in marked:
        if kind == KIND_ADDED:
            made_at = counted_at(occurred_at, now_us=meta.recorded_at, set_back_at=meta.set_back_at)
            standing.extend([made_at] * marks)
        else:
            del standing[max(0, len(standing) - marks) :]
    return standing
