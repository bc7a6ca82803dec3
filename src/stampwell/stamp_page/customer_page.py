"""`GET /stamp/{code}`: the card, as it is now."""

from markupsafe import Markup
from starlette.responses import Response

from stampwell.core.day_words import ymd_in_words
from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.drawing.color_sheets import sheet_path
from stampwell.drawing.rewards import promise_words
from stampwell.drawing.svg import draw_marks
from stampwell.features.stamps.states import State
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.faces import face_of_look, fresh_marks
from stampwell.stamp_page.look import Look
from stampwell.stamp_page.page_cache import PLACEHOLDERS, PageTemplate
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.signed_in_page import show_to_staff
from stampwell.web.context import new_once
from stampwell.web.forms import Form

# Scripts write the time into it.
_CLOCK = Markup("<time data-clock></time>")
_CHEERS = {
    State.FULL: phrase("Your reward is ready. Show your code in the shop."),
    State.REDEEMED: phrase("Enjoy! See you again soon."),
}
_OWED = phrase("A reward is ready. Show your code in the shop.")


class CustomerPage:
    """The page itself."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (StampPageRoute("GET", "", self.show, staff=True),)

    async def show(self, context: StampPageContext) -> Response:
        look, place = context.look, context.place
        if context.viewer is not None and look.state is not State.MERGED and not look.paused:
            return await show_to_staff(context, context.viewer, Form())
        if context.has_flash:
            # What it says is for this phone alone.
            template = PageTemplate(_render(context, look, place))
        else:
            key = (look, context.language.tag, place)
            template = self._deps.page_cache.get(key, lambda: _render(context, look, place))
        code = context.stamp.code
        marks = draw_marks(
            code=code,
            count=look.marks,
            goal=look.goal,
            fresh=fresh_marks(look, context.read_flash()),
            picture=look.picture,
            rewards=look.rewards,
            last_given=look.last_given,
        )
        token = self._deps.signer.form(context.stamp)
        own = {"code": code, "token": token, "once": new_once(), "marks": marks, "spelled": _spelled(code)}
        return context.answer(template.filled(own))


def _render(context: StampPageContext, look: Look, place: int | None) -> str:
    """With placeholders for what is the stamp's own: nothing in here may use more of the stamp than its look.

    place: the location that this phone remembers.
    """
    path = f"/stamp/{PLACEHOLDERS['code']}"
    face = face_of_look(look)
    return context.markup(
        "page.html",
        look=look,
        face=face,
        promise=promise_words(look.reward, look.goal),
        marks=PLACEHOLDERS["marks"],
        colors=sheet_path((look.color, look.paper)),
        cheer=_cheer(look),
        validity=_validity(look),
        left=_left(look),
        spelled=PLACEHOLDERS["spelled"],
        place=place,
        sign_in=f"{context.deps.dashboard_url}/dashboard/sign-in?next={path}",
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


def _validity(look: Look) -> Phrase | None:
    """Until when; of a card that is over its face says what matters."""
    if look.state not in (State.USABLE, State.FULL, State.NOT_YET_VALID):
        return None
    return phrase("Valid until {last}", last=ymd_in_words(look.ends_on))


def _left(look: Look) -> Phrase | None:
    """How much time is left, where it is not much."""
    if not look.days_left:
        return None if look.days_left is None else phrase("Last day")
    return phrase(counted("days", "{days} day left", "{days} days left"), days=look.days_left)


def _spelled(code: str) -> str:
    """In groups of four, as people read it out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
