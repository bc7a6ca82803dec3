"""`GET /stamp/{code}`: the card, as it is now."""

from datetime import date

from starlette.responses import Response

from stampwell.core.days import day_of
from stampwell.core.phrases import Phrase, phrase
from stampwell.drawing.color_sheets import sheet_path
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.features.images.model import handle_in, path_of
from stampwell.features.stamps.states import State
from stampwell.stamp_page.dates import day_in_words
from stampwell.stamp_page.parts import Parts
from stampwell.stamp_page.route import StampRoute
from stampwell.stamp_page.visit import Visit
from stampwell.stamp_page.watching import version_of

_CHEERS = {
    State.FULL: phrase("Your reward is ready. Show this card in the shop."),
    State.REDEEMED: phrase("Enjoy it. Thank you for coming back."),
}


class CardPage:
    """The page itself."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> tuple[StampRoute, ...]:
        return (StampRoute("GET", "", self.show),)

    async def show(self, visit: Visit) -> Response:
        face = face_for(visit)
        stamp = visit.stamp
        return visit.render(
            "page.html",
            stamp=stamp,
            shop=visit.shop,
            face=face,
            colors=sheet_path((face.color, face.paper)),
            version=version_of(visit.shown, visit.today),
            state=visit.state.value,
            cheer=_CHEERS.get(visit.state),
            validity=visit.t(_validity(visit)),
            renewed=visit.shop.renewed_code,
            staffed=stamp.card_onsite and visit.state in (State.USABLE, State.FULL),
        )


def _validity(visit: Visit) -> Phrase:
    first, last = (day_in_words(date.fromisoformat(day)) for day in (visit.stamp.starts_on, visit.stamp.ends_on))
    if visit.state is State.NOT_YET_VALID:
        return phrase("Valid from {first} to {last}", first=first, last=last)
    if visit.state is State.EXPIRED:
        return phrase("Was valid until {last}", last=last)
    return phrase("Valid until {last}", last=last)


def face_for(visit: Visit) -> Face:
    """The stamp's card as its customer sees it today."""
    stamp, shop = visit.stamp, visit.shop
    return face_of(
        title=stamp.card_title or stamp.card_name,
        shop=shop.name,
        reward=stamp.reward_title,
        count=stamp.stamps,
        goal=stamp.max_stamps,
        code=stamp.code,
        state=FaceState(visit.state.value),
        color=shop.color,
        paper=shop.paper_color,
        picture=path_of(handle_in(stamp.card_stamp_img_url, visit.parts.default_domain)),
        logo=path_of(shop.logo),
        starts_on=day_in_words(date.fromisoformat(stamp.starts_on)),
        ends_on=day_in_words(date.fromisoformat(stamp.ends_on)),
        redeemed_on="" if stamp.redeemed_at is None else day_of(stamp.redeemed_at, visit.zone).isoformat(),
    )
