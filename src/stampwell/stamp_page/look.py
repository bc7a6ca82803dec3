"""What a stamp's page shows, but for the stamp's code: everything its template may ask for.

Two stamps that look alike are one page with two codes, and a page that is open is out of date when its look is.
"""

import json
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from stampwell.core.days import day_of
from stampwell.drawing.rewards import FaceReward, RewardState, face_rewards
from stampwell.features.images.model import handle_in, path_of
from stampwell.features.stamps.model import Shown, Stamp
from stampwell.features.stamps.pins import zone_of
from stampwell.features.stamps.rewards import last_handed_out, rewards_of
from stampwell.features.stamps.states import State, state_of

_NEARLY_ENDED_DAYS = 7


class CardLocation(NamedTuple):
    """A location of the shop."""

    location_id: int
    name: str


class Look(NamedTuple):
    """Days are ISO text, colours six hexadecimal digits, picture and logo paths of ours; blank for none.

    url: of the shop's page. domain: of the stamp's link. renewed: the code of the customer's next stamp, or blank.
    paused: the shop's account is suspended, so that nothing can be done with the stamp. rewards: those on the way, rising.
    last_given: the last one was handed out before, though the stamp is open. days_left: after today, of a stamp in use that
    ends within a week; None of others.
    carries: marks to spare start the next stamp. limited: it is marked and redeemed at `places` only, by their names; those
    that are switched off are not among them.
    """

    title: str
    reward: str
    marks: int
    goal: int
    state: State
    starts_on: str
    ends_on: str
    redeemed_on: str
    url: str
    domain: str
    shop: str
    logo: str
    color: str
    paper: str
    picture: str
    onsite: bool
    has_pin: bool
    pin_cleared: bool
    renewed: str
    paused: bool
    rewards: tuple[FaceReward, ...]
    last_given: bool
    days_left: int | None
    carries: bool
    limited: bool
    places: tuple[CardLocation, ...]

    @property
    def in_use(self) -> bool:
        """Whether it takes stamps, or has a reward to give."""
        return self.state in (State.USABLE, State.FULL) and not self.paused

    @property
    def staffed(self) -> bool:
        """Whether staff can do something with it on the customer's phone."""
        has_something = self.state is State.USABLE or self.ready or self.starts_next or bool(self.owed)
        return self.onsite and self.in_use and has_something and (not self.limited or bool(self.places))

    @property
    def ready(self) -> bool:
        """Whether the last reward waits to be handed out."""
        return self.state is State.FULL and not self.last_given

    @property
    def owed(self) -> tuple[FaceReward, ...]:
        """The rewards on the way that are ready."""
        return tuple(reward for reward in self.rewards if reward.state is RewardState.READY)

    @property
    def starts_next(self) -> bool:
        """Whether it is full, and one mark more starts the customer's next stamp."""
        return self.state is State.FULL and self.carries and not self.renewed

    @property
    def version(self) -> str:
        """Another one for every other look; the same in every process."""
        return blake2b(repr(self).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def look_of(shown: Shown, *, today: date, default_domain: str) -> Look:
    """What the stamp looks like on that day of its account; pictures are those on the default domain."""
    stamp, shop = shown
    redeemed_on = "" if stamp.redeemed_at is None else day_of(stamp.redeemed_at, zone_of(shop)).isoformat()
    state = state_of(stamp, today)
    return Look(
        title=stamp.card_title or stamp.card_name,
        reward=stamp.reward_title,
        marks=stamp.stamps,
        goal=stamp.max_stamps,
        state=state,
        starts_on=stamp.starts_on,
        ends_on=stamp.ends_on,
        redeemed_on=redeemed_on,
        url=stamp.url,
        domain=stamp.domain,
        shop=shop.name,
        logo=path_of(shop.logo),
        color=shop.color,
        paper=shop.paper_color,
        picture=path_of(handle_in(stamp.card_stamp_img_url, default_domain)),
        onsite=bool(stamp.card_onsite),
        has_pin=stamp.pin_hash is not None,
        pin_cleared=bool(shop.pin_cleared),
        renewed=shop.renewed_code or "",
        paused=bool(shop.suspended),
        rewards=face_rewards(rewards_of(stamp), count=stamp.stamps),
        last_given=last_handed_out(stamp),
        days_left=_days_left(stamp, state, today),
        carries=bool(stamp.carries),
        limited=stamp.card_location_ids != "[]",
        places=_places(shop.places),
    )


def _days_left(stamp: Stamp, state: State, today: date) -> int | None:
    days = (date.fromisoformat(stamp.ends_on) - today).days
    return days if state in (State.USABLE, State.FULL) and days <= _NEARLY_ENDED_DAYS else None


def _places(text: str) -> tuple[CardLocation, ...]:
    if text == "[]":
        return ()
    return tuple(
        sorted((CardLocation._make(pair) for pair in json.loads(text)), key=lambda place: (place.name, place.location_id))
    )
