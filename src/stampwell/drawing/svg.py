"""The marks of a card as SVG: by a plain function, because a card may have a hundred of them.

What they have in common is drawn once a page, as symbols.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

from stampwell.drawing.composition import MOST_BEFORE_TENS, TEN
from stampwell.drawing.marks import Press, presses
from stampwell.drawing.rewards import FaceReward, RewardState

_GIFT = (
    "M15.5 24.5h17v9h-17zM13.5 19.5h21v5h-21zM24 19.5v14M24 19.5c-2-6-8-6.5-8-2.7 0 2 3.5 2.7 8 2.7zc2-6 8-6.5 8-2.7 0 2-3.5 "
    "2.7-8 2.7z"
)
# Outlines of a disc, as an uneven hand leaves them.
_OUTLINES = (
    (
        "M45 22.7C45 27.4 43.8 33.2 40.6 37.1 37.3 41 31.5 43.1 27 44.3 22.4 45.5 19.5 45.8 15.5 43.6 11.6 41.4 6.8 37.4 "
        "5 32.2 3.1 27 3.5 19.4 5.3 14.5 7.1 9.7 10.9 7 15 5 19.2 3.1 23.6 2.8 28.3 3.8 32.9 4.9 37.8 7.4 40.8 10.8 43.9 "
        "14.2 45.1 17.9 45 22.7Z"
    ),
    (
        "M45.5 22.6C46 27.5 44.3 32.3 41.4 36.1 38.6 40 35 43.2 29.6 43.9 24.2 44.7 16.2 43 11.6 40.5 7 38.1 5.4 34.7 4.1 "
        "30.5 2.7 26.3 2.8 21.4 4.2 17 5.6 12.7 8.1 8.8 12 6.3 15.8 3.9 20.8 2.9 25.6 3.4 30.3 3.8 34.7 5.5 38.3 8.9 41.8 "
        "12.4 44.9 17.7 45.5 22.6Z"
    ),
    (
        "M45.2 23.9C45.3 29.1 42 34.2 39.2 37.9 36.5 41.5 34.5 43 30 44 25.5 44.9 19.1 45.5 14.3 43 9.6 40.6 5.7 35.1 3.9 "
        "30.3 2 25.5 2.7 20.7 4.2 16.5 5.7 12.2 8.1 9.3 12 6.8 16 4.3 21.2 2.3 26 2.6 30.8 3 35.4 4.8 38.8 8.6 42.3 12.4 "
        "45.1 18.6 45.2 23.9Z"
    ),
    (
        "M45.2 24.8C44.7 29.7 41 35.4 38.3 38.9 35.5 42.5 34.2 43.9 29.9 44.5 25.6 45.2 18.9 45.2 14.3 42.5 9.7 39.8 5.8 "
        "34.5 4.1 29.6 2.5 24.6 3.8 19.1 5.1 14.9 6.4 10.8 7.3 8.6 11.4 6.6 15.5 4.6 22.5 2.9 27.9 3.8 33.3 4.8 38.3 7.9 "
        "41.4 11.7 44.5 15.4 45.8 19.8 45.2 24.8Z"
    ),
)
# A present with room for a number on it: where a reward on the way will be.
_PARCEL = (
    "M8 21.5h32v20a2 2 0 0 1-2 2h-28a2 2 0 0 1-2-2zM5.5 14.5h37v7h-37zM24 14.5c-2.4-8-11.5-10-11.5-4.8 0 3 5 4.8 11.5 4.8z"
    "c2.4-8 11.5-10 11.5-4.8 0 3-5 4.8-11.5 4.8z"
)
_DISC = '<path class="face-ink" d="{outline}"/>'
_CHECK = (
    '<circle class="face-cut" cx="24" cy="24" r="16.5" stroke-width="1.5"/>'
    '<path class="face-cut" d="m16.5 24.5 5.2 5.2 10.3-10.8" stroke-width="3.25"/>'
)
_PRESENT = f'<path class="face-cut" d="{_GIFT}" stroke-width="2"/>'
_BOX = 'viewBox="0 0 48 48"'
_FILLED = "face-mark face-filled"
_EMPTY = '<use href="#face-empty"/>'
_EMPTY_PLACE = f'<svg class="face-mark face-empty" {_BOX}>{_EMPTY}</svg>'
# The outline of the reward's place is the stylesheet's: it may be as wide as several marks.
_WRAPPED = f'<path class="face-outline" d="{_GIFT}" stroke-width="2"/>'
_EMPTY_REWARD = f'<svg class="face-mark face-empty face-reward" {_BOX}>{_WRAPPED}</svg>'
_NEXT_REWARD = f'<svg class="face-mark face-next face-reward" {_BOX}>{_WRAPPED}</svg>'
_RING = '<circle class="face-ring" cx="24" cy="24" r="23.5"/>'
_DONE = '<g class="face-done"><circle cx="39" cy="39" r="8"/><path d="m35.5 39.2 2.6 2.6 4.6-5"/></g>'


def _symbols() -> str:
    drawn = [
        f'<symbol id="face-{name}-{shape}" {_BOX}>{_DISC.format(outline=outline)}{cut}</symbol>'
        for shape, outline in enumerate(_OUTLINES)
        for name, cut in (("mark", _CHECK), ("gift", _PRESENT))
    ]
    empty = f'<symbol id="face-empty" {_BOX}><circle class="face-outline" cx="24" cy="24" r="21"/></symbol>'
    parcel = f'<symbol id="face-parcel" {_BOX}><path class="face-outline" d="{_PARCEL}"/></symbol>'
    return f'<svg class="face-symbols" width="0" height="0" aria-hidden="true">{empty}{parcel}{"".join(drawn)}</svg>'


SYMBOLS = Markup(_symbols())  # noqa: S704 - all of it stands above
"""What `draw_marks` refers to: once a page, before the first mark."""


def draw_marks(
    *,
    code: str,
    count: int,
    goal: int,
    fresh: int = 0,
    picture: str = "",
    rewards: Sequence[FaceReward] = (),
    last_given: bool = False,
) -> Markup:
    """`goal` places, `count` of them with a mark, the last `fresh` of those new; needs `SYMBOLS` on its page.

    code: what the hand that pressed them is known by; picture: the path of what is pressed, or blank. The next place has its
    number, the last is the reward's; `rewards` on the way are gifts at their places, with their numbers.
    last_given: the last one was handed out. Rows of ten have their numbers beside them.
    """
    image = f'<image href="{escape(picture)}" x="2" y="2" width="44" height="44"/>' if picture else ""
    pressed = presses(code, min(count, goal))
    drawn = [_filled(press, image=image) for press in pressed]
    drawn += [_EMPTY_PLACE] * (goal - len(drawn))
    if count < goal:
        drawn[count] = _next(count + 1)
        drawn[-1] = _EMPTY_REWARD if count < goal - 1 else _NEXT_REWARD
    else:
        drawn[-1] = drawn[-1].replace("#face-mark", "#face-gift").replace(_FILLED, f"{_FILLED} face-reward", 1)
    if last_given:
        rewards = [*rewards, FaceReward(goal, "", RewardState.HANDED_OUT)]
    for reward in rewards:
        place = reward.stamps - 1
        drawn[place] = (
            _gift(pressed[place], reward.state, image=image) if place < count else _ahead(reward, next_=place == count)
        )
    for number in range(count - fresh, min(count, goal)):
        drawn[number] = drawn[number].replace(_FILLED, f"{_FILLED} face-fresh", 1)
    if goal > MOST_BEFORE_TENS:
        for number in range(TEN, goal, TEN):
            drawn[number - 1] = drawn[number - 1].replace(
                "</svg>", f'<text class="face-ten" x="54" y="24">{number}</text></svg>'
            )
    return Markup("".join(drawn))  # noqa: S704 - all of it is ours, but for the picture's path, which is escaped


def _filled(press: Press, *, image: str) -> str:
    inside = image or f'<use href="#face-mark-{press.shape}"/>'
    turned = f'<g transform="rotate({press.degrees} 24 24)" opacity="{press.density}">{inside}</g>'
    return f'<svg class="{_FILLED}" {_BOX}>{turned}</svg>'


def _gift(press: Press, state: RewardState, *, image: str) -> str:
    """Of a reward on the way whose place has its mark."""
    gift = f'<use href="#face-gift-{press.shape}"/>'
    turn = f'<g transform="rotate({press.degrees} 24 24)" opacity="{press.density}">'
    if state is RewardState.HANDED_OUT:
        return f'<svg class="{_FILLED} face-gift face-given" {_BOX}>{turn}{image or gift}</g>{_DONE}</svg>'
    return f'<svg class="{_FILLED} face-gift face-due" {_BOX}>{turn}{gift}</g>{_RING}</svg>'


def _ahead(reward: FaceReward, *, next_: bool) -> str:
    """Given: it was handed out, and then the mark was taken back."""
    kind = "face-next" if next_ else "face-empty"
    given = " face-given" if reward.state is RewardState.HANDED_OUT else ""
    inside = f'<use href="#face-parcel"/>{_number(reward.stamps, y=32.5)}'
    return f'<svg class="face-mark {kind} face-gift{given}" {_BOX}>{inside}</svg>'


def _next(number: int) -> str:
    return f'<svg class="face-mark face-next" {_BOX}>{_EMPTY}{_number(number, y=24)}</svg>'


def _number(number: int, *, y: float) -> str:
    return f'<text class="face-number" x="24" y="{y}">{number}</text>'
