"""A stamp's card, as its customer sees it."""

from stampwell.core.day_words import ymd_in_words
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.stamp_page.look import Look
from stampwell.web.flash import Flash


def face_of_look(look: Look, code: str = "", *, fresh: int = 0) -> Face:
    """code: blank where the marks are put in later. fresh: how many of the marks are new."""
    return face_of(
        title=look.title,
        shop=look.shop,
        reward=look.reward,
        count=look.marks,
        goal=look.goal,
        code=code,
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
        fresh=fresh,
    )


def fresh_marks(look: Look, flash: Flash | None) -> int:
    """How many marks are new on the page that says so: it shows them arrive."""
    return int(flash is not None and bool(flash.undo) and flash.said.parameters.get("count") == look.marks)
