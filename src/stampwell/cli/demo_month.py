"""A month of the demo's customers: first thought up, then played day by day through the product's units of work.

The same seed makes the same month, up to the moment at which it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from stampwell.core.actors import Actor, key_actor, staff_actor
from stampwell.core.codes import new_stamp_code
from stampwell.core.days import day_of
from stampwell.core.errors import AppError
from stampwell.core.phones import phone_digits
from stampwell.core.units import DAY_US, HOUR_US, MINUTE_US
from stampwell.db.database import Tx
from stampwell.features.people.model import Member
from stampwell.features.stamps import redeeming, reversing, service
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta, NewStamp
from stampwell.features.stamps.service import StampChange

T = TypeVar("T")

STAMPS = 120
"""How many are issued; the first one over HTTP has the number after."""

DAYS = 30

_SEED = 20261124
_ZONE = ZoneInfo("UTC")
_SALE = "R-1042"
_HALF_AN_HOUR_US = 30 * MINUTE_US
_OPENS_US, _CLOSES_US = 8 * HOUR_US, 19 * HOUR_US
COOKIE_AT = 5
"""The marks that earn the first card's reward on the way."""

# Of the three cards: share of the stamps, goal, days of validity, days between two visits.
_KINDS = ((60, 10, 365, 2.2), (35, 6, 21, 2.0), (25, 4, 180, 5.0))
# How likely: issued by the web shop; a reward is fetched; one mark too many, taken back or undone; two marks at once.
_ONLINE, _FETCHED, _MISTYPED, _UNDONE, _TWO_AT_ONCE = 0.4, 0.8, 0.08, 0.04, 0.15
_FIRST_NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dario",
    "Elif",
    "Finn",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Kaya",
    "Lina",
    "Milo",
    "Noor",
    "Olga",
)
_LAST_NAMES = ("Sampleton", "Mockingham", "Testworth", "Inventa", "Demoson", "Placeholder", "Fictionelli", "Exampleby")


class Crew(NamedTuple):
    """Who acts: the web shop's key, and people at the dashboard."""

    key_id: int
    people: tuple[Member, ...]


class Shelf(NamedTuple):
    """The account, its cards in the order of `_KINDS`, and where stamps live; `own_domain` is the account's, verified."""

    account_id: int
    card_ids: tuple[int, ...]
    default_domain: str
    own_domain: str


class _Step(NamedTuple):
    """Marks added, or taken back when below zero, at an instant."""

    at_us: int
    marks: int
    note: str | None = None


@dataclass(slots=True)
class _Story:
    """What becomes of one stamp. online: the web shop issued it. cookie_us: when the reward on the way is handed out."""

    kind: int
    issued_us: int
    online: bool
    till: int
    steps: list[_Step] = field(default_factory=list)
    cookie_us: int | None = None
    redeemed_us: int | None = None
    number: int = 0


def play_month(tx: Tx, shelf: Shelf, crew: Crew, *, began_us: int, now_us: int) -> None:
    """Issues `STAMPS` stamps in `DAYS` days, marks and redeems them. began_us: midnight of the first day."""
    dice = Random(_SEED)  # noqa: S311 - nothing here is to be unguessable
    kinds = [kind for kind, (share, *_) in enumerate(_KINDS) for _ in range(share)]
    dice.shuffle(kinds)
    stories = sorted((_thought_up(dice, kind, began_us, now_us) for kind in kinds), key=lambda story: story.issued_us)
    month = _Month(tx, shelf, crew, stories)
    for day in range(DAYS):
        month.play(began_us + day * DAY_US, began_us + (day + 1) * DAY_US)
    month.correct(now_us)


def _thought_up(dice: Random, kind: int, began_us: int, now_us: int) -> _Story:
    """One stamp's month: a mark with the first purchase, more on later days, the reward on a day after the last."""
    _, goal, valid_days, pause_days = _KINDS[kind]
    # The shop becomes better known: more stamps are issued late in the month than early.
    day = int(DAYS * dice.random() ** 0.8)
    story = _Story(kind, _at(dice, began_us, day, now_us), dice.random() < _ONLINE, dice.randrange(3))
    last_day = min(DAYS, day + valid_days) - 1
    story.steps.append(_Step(min(story.issued_us + MINUTE_US, now_us), 1))
    count = 1
    while count < goal:
        day += max(1, round(dice.expovariate(1 / pause_days)))
        if day > last_day:
            return story
        at_us = _at(dice, began_us, day, now_us)
        count += _add(dice, story, at_us, room=goal - count)
        # At the third till they forget it, so that some customers still have one to come.
        if kind == 0 and count >= COOKIE_AT and story.cookie_us is None and story.till != len(_KINDS) - 1:
            story.cookie_us = min(at_us + MINUTE_US, now_us)
    day += dice.randint(1, 6)
    if day <= last_day and dice.random() < _FETCHED:
        story.redeemed_us = _at(dice, began_us, day, now_us)
    return story


def _add(dice: Random, story: _Story, at_us: int, *, room: int) -> int:
    """A visit: a mark, now and then two, or one too many that is taken back; how many are left of it."""
    many = story.kind == 0 and room > 1
    chance = dice.random()
    if many and chance < _MISTYPED:
        story.steps += [_Step(at_us, 2), _Step(at_us, -1, "Two typed, one sold")]
        return 1
    if many and chance < _MISTYPED + _UNDONE:
        story.steps += [_Step(at_us, 1), _Step(at_us, -1, "Undone"), _Step(at_us, 1)]
        return 1
    marks = 2 if many and chance > 1 - _TWO_AT_ONCE else 1
    story.steps.append(_Step(at_us, marks))
    return marks


def _at(dice: Random, began_us: int, day: int, now_us: int) -> int:
    """A moment of that day while the shop is open; of today, one that is over."""
    midnight_us = began_us + day * DAY_US
    last_us = min(midnight_us + _CLOSES_US, now_us)
    first_us = midnight_us + _OPENS_US
    return dice.randint(first_us if first_us < last_us else midnight_us, last_us)


class _Month:
    """Plays the stories, a day at a time."""

    def __init__(self, tx: Tx, shelf: Shelf, crew: Crew, stories: Sequence[_Story]) -> None:
        self._tx = tx
        self._shelf = shelf
        self._crew = crew
        self._stories = stories

    def play(self, from_us: int, to_us: int) -> None:
        """Issues, marks and redeems what was thought up for that time."""
        new = [(index, story) for index, story in enumerate(self._stories) if from_us <= story.issued_us < to_us]
        outcomes = issue_batch(self._tx, [self._new_stamp(index, story) for index, story in new])
        for (_, story), issued in zip(new, outcomes, strict=True):
            story.number = _done(issued).stamp_id
        marks = sorted(
            ((step, story) for story in self._stories for step in story.steps if from_us <= step.at_us < to_us),
            key=lambda one: one[0].at_us,
        )
        for outcome in mark_batch(self._tx, [self._marking(story, step) for step, story in marks]):
            _done(outcome)
        for story in self._stories:
            for at_us, reward in ((story.cookie_us, COOKIE_AT), (story.redeemed_us, None)):
                if at_us is not None and from_us <= at_us < to_us:
                    meta = EventMeta(self._at_till(story), at_us, _ZONE)
                    account_id = self._shelf.account_id
                    redeeming.redeem(self._tx, account_id, story.number, reward=reward, checked_hash=None, meta=meta)

    def correct(self, now_us: int) -> None:
        """Of the stamps from before today whose reward is to come, the newest gets a longer life, the next is switched off.

        A sale on one of the others is reversed.
        """
        open_ones = [story for story in self._stories if story.redeemed_us is None and story.issued_us < now_us - DAY_US]
        later = (day_of(now_us, _ZONE) + timedelta(days=395)).isoformat()
        for story, given, note in (
            (open_ones[-1], {"ends_on": later}, "On holiday for a month"),
            (open_ones[-2], {"active": False}, "Lost the phone, has a new stamp"),
        ):
            meta = EventMeta(self._at_till(story), now_us, _ZONE, note=note)
            service.update(self._tx, self._shelf.account_id, story.number, StampChange(given), meta=meta)
        self._refund(next(story for story in reversed(open_ones[:-2]) if _has_room(story, now_us)), now_us)

    def _refund(self, story: _Story, now_us: int) -> None:
        by, note = self._at_till(story), "Brought back half an hour later"
        sold = EventMeta(by, now_us - _HALF_AN_HOUR_US, _ZONE)
        for outcome in mark_batch(self._tx, [Marking(self._shelf.account_id, story.number, 1, sold, order_ref=_SALE)]):
            _done(outcome)
        reversing.reverse(self._tx, self._shelf.account_id, _SALE, meta=EventMeta(by, now_us, _ZONE, note=note))

    def _new_stamp(self, index: int, story: _Story) -> NewStamp:
        """For a customer of its own, who is found by name, phone number and e-mail address."""
        first, last = _FIRST_NAMES[index % len(_FIRST_NAMES)], _LAST_NAMES[index % len(_LAST_NAMES)]
        # The numbers that are kept for fiction.
        phone = f"+1 555-{100 + index // 100}-01{index % 100:02}"
        on = day_of(story.issued_us, _ZONE)
        own = index % 3 == 0
        by = key_actor(self._crew.key_id) if story.online else self._at_till(story)
        return NewStamp(
            account_id=self._shelf.account_id,
            actor_kind=by.kind,
            actor_id=by.actor_id,
            channel=by.channel,
            card_id=self._shelf.card_ids[story.kind],
            code=new_stamp_code(),
            domain=self._shelf.own_domain if own else self._shelf.default_domain,
            needs_domain=own,
            starts_on=on.isoformat(),
            ends_on=_last_day(story, on).isoformat(),
            active=True,
            memo="Likes oat milk" if index % 17 == 0 else None,
            user_id=f"member-{index + 1:03}",
            user_name=f"{first} {last}",
            user_phone=phone,
            user_phone_digits=phone_digits(phone),
            user_email=f"{first}.{last}{index + 1}@example.com".lower(),
            user_email_key=None,
            user_etc1=None,
            user_etc2=None,
            created_at=story.issued_us,
            person_id=by.person_id,
            local_day=on.isoformat(),
        )

    def _marking(self, story: _Story, step: _Step) -> Marking:
        meta = EventMeta(self._at_till(story), step.at_us, _ZONE, note=step.note)
        return Marking(self._shelf.account_id, story.number, step.marks, meta)

    def _at_till(self, story: _Story) -> Actor:
        person = self._crew.people[story.till]
        return staff_actor(person.person_id, person.name)


def _has_room(story: _Story, now_us: int) -> bool:
    """Whether a coffee could have been sold on it half an hour ago."""
    count = sum(step.marks for step in story.steps)
    return story.kind == 0 and count < _KINDS[0][1] and story.steps[-1].at_us < now_us - _HALF_AN_HOUR_US


def _last_day(story: _Story, first: date) -> date:
    return first + timedelta(days=_KINDS[story.kind][2] - 1)


def _done(outcome: T | AppError) -> T:
    if isinstance(outcome, AppError):
        raise outcome
    return outcome
