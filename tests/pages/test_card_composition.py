"""What a browser makes of every count of marks: what `drawing/composition.py` says, on a small phone, a phone and a desk."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit

from stampwell.assets.served import Assets
from stampwell.core.phrases import english
from stampwell.drawing.composition import GAP, MOST_IN_PROPORTION, Area, compose
from stampwell.drawing.face import FaceState, face_of
from stampwell.drawing.rewards import FaceReward, RewardState
from stampwell.drawing.routes import TEMPLATES
from stampwell.web.rendering import Templates, translator

ASSETS = Path(__file__).resolve().parents[2] / "src/stampwell/assets"
# A card's width on phones of 360 and 390 pixels, and the widest; padding and border on both sides.
CARDS = ((328, 34, Area.NARROW), (358, 34, Area.NARROW), (480, 50, Area.WIDE))
SMALLEST_NUMBER_PX = 11.5
_MEASURED = """() => [...document.querySelectorAll(".face-paper")].map((paper) => {
  const box = (one) => (({ left, right, top, bottom }) => ({ left, right, top, bottom }))(one.getBoundingClientRect());
  const numbers = [...paper.querySelectorAll(".face-number, .face-ten")];
  return {
    paper: box(paper),
    marks: [...paper.querySelectorAll(".face-mark")].map(box),
    numbers: numbers.map((one) => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a),
    labels: numbers.map((one) => one.getBoundingClientRect().right),
  };
})"""


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A card of each count with a third of its marks and a reward on the way, where there is room for one."""
    faces = [
        face_of(
            title="Coffee card",
            shop="Bean & Co",
            reward="A coffee",
            count=goal // 3,
            goal=goal,
            code="A" * 16,
            state=FaceState.USABLE,
            rewards=(FaceReward(goal - 1, "a cookie", RewardState.AHEAD),) if goal > 2 else (),
        )
        for goal in range(1, 101)
    ]
    folder = tmp_path_factory.mktemp("templates")
    page = '{% from "card.html" import card_face with context %}{% for face in faces %}{{ card_face(face) }}{% endfor %}'
    (folder / "page.html").write_text(page, encoding="utf-8")
    drawn = Templates([TEMPLATES, folder], assets=Assets()).render("page.html", {"faces": faces, "t": translator(english)})
    css = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("tokens.css", "card.css"))
    return f"<!doctype html><style>{css}</style>{drawn}"


@pytest.mark.parametrize(("width", "around", "area"), CARDS)
def test_every_count_is_one_composition(visit: Visit, html: str, width: int, around: int, area: Area) -> None:
    # The reward's place that beckons is measured while it is still.
    visit.page.emulate_media(reduced_motion="reduce")
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.set_content(html)
    cards = visit.page.evaluate(_MEASURED)
    assert len(cards) == 100
    for count, card in enumerate(cards, start=1):
        _is_composed(card, count, width - around, area)


def _is_composed(card: dict[str, Any], count: int, width: float, area: Area) -> None:
    stand = compose(count, area)
    rows: dict[int, list[dict[str, float]]] = {}
    for mark in card["marks"]:
        rows.setdefault(round(mark["top"]), []).append(mark)
    where = f"{count} of {area}"
    assert len(rows) == stand.rows, where
    # All rows begin and end at the same places, within the card; the reward's place is at the end of the last.
    ends = {(round(row[0]["left"]), round(row[-1]["right"])) for row in rows.values()}
    assert len(ends) == 1, where
    paper = card["paper"]
    left, right = card["marks"][0]["left"], card["marks"][-1]["right"]
    beside = 22 if stand.tens else 0
    assert abs((left - paper["left"]) - (paper["right"] - right - beside)) < 1.5, where
    assert card["marks"][-1]["bottom"] < paper["bottom"], where
    # As large as said; those of a card in proportion may be smaller, so that it is one.
    first = card["marks"][0]
    size = first["bottom"] - first["top"]
    if area is Area.NARROW or count > MOST_IN_PROPORTION:
        assert abs(size - stand.size(width)) < 1, where
    assert size >= 23.5, where
    if stand.rows > 1:
        tops = sorted(rows)
        assert all(abs(below - above - size * (1 + GAP)) < 1.5 for above, below in pairwise(tops)), where
    assert all(number >= SMALLEST_NUMBER_PX for number in card["numbers"]), (where, card["numbers"])
    assert all(label <= paper["right"] - 8 for label in card["labels"]), where


def test_a_wide_card_of_up_to_thirty_has_about_the_proportion_of_a_bank_card(visit: Visit, html: str) -> None:
    visit.page.set_viewport_size({"width": 480, "height": 800})
    visit.page.set_content(html)
    papers = [card["paper"] for card in visit.page.evaluate(_MEASURED)]
    proportions = [(paper["right"] - paper["left"]) / (paper["bottom"] - paper["top"]) for paper in papers]
    assert all(1.4 < one <= 1.59 for one in proportions[:MOST_IN_PROPORTION])


def test_nothing_moves_for_those_who_want_it_still(visit: Visit, html: str) -> None:
    page = visit.page
    page.set_content(html)
    count = "() => document.getAnimations().length"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(count) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(count) > 0
