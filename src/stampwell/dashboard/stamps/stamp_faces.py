"""A stamp as its customer sees it, for the dashboard."""

from datetime import date

from stampwell.core.day_words import ymd_in_words
from stampwell.core.days import day_of
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.drawing.rewards import face_rewards
from stampwell.features.accounts.model import Account
from stampwell.features.cards.model import Card
from stampwell.features.images.model import handle_in, path_of
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.rewards import last_handed_out, rewards_of
from stampwell.features.stamps.states import state_of


def stamp_face(stamp: Stamp, card: Card, account: Account, *, origin: str, today: date) -> Face:
    """`card`: the stamp's, for its colours. `origin`: of our own pictures."""
    return face_of(
        title=stamp.card_title or stamp.card_name,
        shop=account.name,
        reward=stamp.reward_title,
        count=stamp.stamps,
        goal=stamp.max_stamps,
        code=stamp.code,
        state=FaceState(state_of(stamp, today).value),
        color=card.color or account.color,
        paper=card.paper_color or account.paper_color,
        picture=path_of(handle_in(stamp.card_stamp_img_url, origin)),
        logo=path_of(account.logo),
        starts_on=ymd_in_words(stamp.starts_on),
        ends_on=ymd_in_words(stamp.ends_on),
        redeemed_on="" if stamp.redeemed_at is None else day_of(stamp.redeemed_at, account.time_zone).isoformat(),
        rewards=face_rewards(rewards_of(stamp), count=stamp.stamps),
        last_given=last_handed_out(stamp),
    )
