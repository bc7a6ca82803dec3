"""`GET /stamp/{code}`: the card, as it is now."""

from markupsafe import Markup
from starlette.responses import Response

from stampwell.core.day_words import ymd_in_words
from stampwell.core.phrases import Phrase, phrase
from stampwell.drawing.color_sheets import sheet_path
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.drawing.svg import draw_marks
from stampwell.features.stamps.states import State
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.look import Look
from stampwell.stamp_page.page_cache import PLACEHOLDERS, PageTemplate
from stampwell.stamp_page.route import StampPageRoute
from stampwell.web.context import new_once

# Scripts write the time into it.
_CLOCK = Markup("<time data-clock></time>")
_CHEERS = {
    State.FULL: phrase("Your reward is ready. Show this card in the shop."),
    State.REDEEMED: phrase("Enjoy it. Thank you for coming back."),
}
_OWED = phrase("A reward is ready. Show this card in the shop.")


class CustomerPage:
    """The page itself."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (StampPageRoute("GET", "", self.show),)

    async def show(self, context: StampPageContext) -> Response:
        look, place = context.look, context.place
        if context.has_flash:
            # What it says is for this phone alone.
            template = PageTemplate(_render(context, look, place))
        else:
            key = (look, context.language.tag, place)
            template = self._deps.page_cache.get(key, lambda: _render(context, look, place))
        code = context.stamp.code
        marks = draw_marks(
            code=code, count=look.marks, goal=look.goal, picture=look.picture, rewards=look.rewards, last_given=look.last_given
        )
        own = {"code": code, "token": self._deps.signer.form(context.stamp), "once": new_once(), "marks": marks}
        return context.answer(template.filled(own))


def _render(context: StampPageContext, look: Look, place: int | None) -> str:
    """With placeholders for what is the stamp's own: nothing in here may use more of the stamp than its look.

    place: the location that this phone remembers.
    """
    path = f"/stamp/{PLACEHOLDERS['code']}"
    face = _face(look)
    return context.markup(
        "page.html",
        look=look,
        face=face,
        marks=PLACEHOLDERS["marks"],
        colors=sheet_path((look.color, look.paper)),
        cheer=_cheer(look),
        validity=None if look.state is State.MERGED else context.t(_validity(look)),
        place=place,
        path=path,
        url=f"{look.domain}{path}",
        token=PLACEHOLDERS["token"],
        new_once=lambda: PLACEHOLDERS["once"],
        clock=_CLOCK,
    )


def _cheer(look: Look) -> Phrase | None:
    if look.state in (State.USABLE, State.FULL) and not look.ready:
        return _OWED if look.owed else None
    return _CHEERS.get(look.state)


def _validity(look: Look) -> Phrase:
    first, last = (ymd_in_words(day) for day in (look.starts_on, look.ends_on))
    if look.state is State.NOT_YET_VALID:
        return phrase("Valid from {first} to {last}", first=first, last=last)
    if look.state is State.EXPIRED:
        return phrase("Was valid until {last}", last=last)
    return phrase("Valid until {last}", last=last)


def _face(look: Look) -> Face:
    """The stamp's card, as its customer sees it."""
    return face_of(
        title=look.title,
        shop=look.shop,
        reward=look.reward,
        count=look.marks,
        goal=look.goal,
        code="",
        state=FaceState(look.state.value),
        color=look.color,
        paper=look.paper,
        picture=look.picture,
        logo=look.logo,
        starts_on=ymd_in_words(look.starts_on),
        ends_on=ymd_in_words(look.ends_on),
        redeemed_on=look.redeemed_on,
        rewards=look.rewards,
        last_given=look.last_given,
    )
