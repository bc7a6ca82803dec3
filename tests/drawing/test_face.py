"""What a face says of a stamp, and how its template draws it."""

import gzip
import re
from pathlib import Path

import pytest

from stampwell.assets.served import Assets
from stampwell.core.colors import mark_colors, paper_colors
from stampwell.core.phrases import english
from stampwell.drawing.color_sheets import MOST_COLORS, Ink, inks_in, sheet_of, sheet_path
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.drawing.rewards import FaceReward, RewardState
from stampwell.drawing.routes import TEMPLATES
from stampwell.web.rendering import Templates, translator


def _face(**fields: object) -> Face:
    values = {"title": "Ten", "shop": "Bean & Co", "reward": "a tea", "count": 4, "goal": 10, "code": "A" * 16, **fields}
    return face_of(**{"state": FaceState.USABLE, **values})  # type: ignore[arg-type]


def _drawn(tmp_path: Path, face: Face) -> str:
    page = '{% from "card.html" import card_face with context %}{{ card_face(face) }}'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    return Templates([TEMPLATES, tmp_path], assets=Assets()).render("page.html", {"face": face, "t": translator(english)})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "6 more for a tea"),
        ({"reward": ""}, "6 more for the reward"),
        ({"count": 10, "state": FaceState.FULL}, "Ready: a tea"),
        ({"count": 12, "state": FaceState.FULL, "reward": ""}, "The reward is ready"),
        ({"count": 10, "state": FaceState.REDEEMED}, "Redeemed: a tea"),
    ],
)
def test_the_reward_is_said_in_words(fields: dict[str, object], said: str) -> None:
    assert _face(**fields).summary.said(english) == said


@pytest.mark.parametrize(
    ("state", "note"),
    [
        (FaceState.EXPIRED, "Expired on 2026-03-01. Ask us for a new one."),
        (FaceState.INACTIVE, "This card is switched off for now. Please ask us in the shop."),
        (FaceState.NOT_YET_VALID, "Starts on 2026-02-01. See you then."),
    ],
)
def test_what_keeps_it_from_use_is_said_with_what_to_do(state: FaceState, note: str) -> None:
    face = _face(state=state, starts_on="2026-02-01", ends_on="2026-03-01")
    assert (face.note or face.summary).said(english) == note


@pytest.mark.parametrize("count", [4, 10])
@pytest.mark.parametrize("state", [FaceState.EXPIRED, FaceState.INACTIVE])
def test_a_card_that_is_out_of_use_promises_no_reward(state: FaceState, count: int) -> None:
    face = _face(state=state, count=count, rewards=(FaceReward(3, "a cookie", RewardState.READY),))
    assert (face.owed, face.note, face.ready) == (None, None, False)
    lines = [(line.said(english), of) for line, of in face.reward_lines]
    assert lines == [("3 stamps: a cookie", RewardState.AHEAD), ("10 stamps: a tea", RewardState.AHEAD)]


def test_a_last_reward_that_was_handed_out_before_is_not_ready(tmp_path: Path) -> None:
    face = _face(count=10, state=FaceState.FULL, last_given=True, rewards=(FaceReward(3, "a cookie", RewardState.READY),))
    assert (face.summary.said(english), face.owed and face.owed.said(english)) == ("Redeemed: a tea", "Ready: a cookie")
    assert [of for _, of in face.reward_lines] == [RewardState.READY, RewardState.HANDED_OUT]
    html = _drawn(tmp_path, face)
    assert "The last reward was redeemed before. Ask us for a new card." in html
    assert ("face-ready" in html, html.count("face-given")) == (False, 1)


@pytest.mark.parametrize(
    ("count", "goal", "drawn"),
    [
        (0, 1, ["next reward"]),
        (1, 1, ["filled reward fresh"]),
        (2, 4, ["filled", "filled fresh", "next", "empty reward"]),
        (3, 4, ["filled", "filled", "filled fresh", "next reward"]),
        (4, 4, ["filled", "filled", "filled", "filled reward fresh"]),
    ],
)
def test_the_marks_are_filled_next_and_empty_and_the_last_is_the_rewards(count: int, goal: int, drawn: list[str]) -> None:
    kinds = re.findall('<svg class="face-mark ([a-z -]+)"', _face(count=count, goal=goal, fresh=min(1, count)).drawn)
    assert [sorted(kind.replace("face-", "").split()) for kind in kinds] == [sorted(kind.split()) for kind in drawn]


def test_what_merchants_write_is_escaped_and_nothing_is_styled_inline(tmp_path: Path) -> None:
    face = _face(title="<b>'\"", shop="<i>", reward="<u>", color="b3261e", paper="fdf6e3", picture="/images/x.webp")
    html = _drawn(tmp_path, face)
    assert not any(tag in html for tag in ("<b>", "<i>", "<u>", "style="))
    assert 'data-color="b3261e" data-paper="fdf6e3"' in html
    assert html.count("<image ") == 4


@pytest.mark.parametrize("goal", [1, 2, 50, 100])
def test_any_number_of_marks_is_drawn(tmp_path: Path, goal: int) -> None:
    assert _drawn(tmp_path, _face(goal=goal, count=goal // 2)).count('class="face-mark ') == goal


def test_a_redeemed_card_has_a_postmark_with_its_day(tmp_path: Path) -> None:
    html = _drawn(tmp_path, _face(count=10, state=FaceState.REDEEMED, redeemed_on="2026-03-02"))
    assert "face-postmark" in html
    assert "<span>2 Mar 2026</span>" in html


@pytest.mark.parametrize(("count", "beckons"), [(8, False), (9, True)])
def test_the_rewards_place_beckons_when_one_mark_is_missing(tmp_path: Path, count: int, beckons: bool) -> None:
    assert ("face-almost" in _drawn(tmp_path, _face(count=count))) is beckons


@pytest.mark.parametrize("fields", [{"state": FaceState.EXPIRED}, {"last_given": True}])
def test_it_does_not_where_there_is_nothing_to_gain(fields: dict[str, object]) -> None:
    assert not _face(count=9, **fields).almost


def test_very_many_marks_stand_in_tens_with_their_numbers(tmp_path: Path) -> None:
    html = _drawn(tmp_path, _face(goal=73, count=25))
    assert re.findall('<text class="face-ten"[^>]*>([0-9]+)<', html) == ["10", "20", "30", "40", "50", "60", "70"]
    assert ("face-tens" in html, 'data-narrow-reward="9"' in html, "face-proportion" in html) == (True, True, False)
    assert "face-tens" not in _drawn(tmp_path, _face(goal=50))


def test_a_reward_on_the_way_has_its_number(tmp_path: Path) -> None:
    html = _drawn(tmp_path, _face(rewards=(FaceReward(5, "x", RewardState.AHEAD), FaceReward(8, "y", RewardState.AHEAD))))
    assert re.findall('<text class="face-number"[^>]*>([0-9]+)<', html) == ["5", "8"]


def test_a_hundred_marks_weigh_little(tmp_path: Path) -> None:
    html = _drawn(tmp_path, _face(goal=100, count=100, state=FaceState.FULL))
    assert len(html) < 24_000
    assert len(gzip.compress(html.encode())) < 4_000


class TestColors:
    def test_the_address_names_each_once(self) -> None:
        assert sheet_path(["b3261e", "", "1f6b4a", "b3261e"]) == sheet_path(["1f6b4a", "b3261e"])
        assert [ink.color for ink in _inks(["b3261e", "", "1f6b4a", "b3261e"])] == ["1f6b4a", "b3261e"]
        assert sheet_path([""]) == ""

    def test_an_address_names_at_most_fifty(self) -> None:
        many = [f"{number:06x}" for number in range(MOST_COLORS + 1)]
        assert inks_in("-".join(["b3261e" * 5] * (MOST_COLORS + 1))) is None
        assert [ink.color for ink in _inks(many)] == many[:MOST_COLORS]

    @pytest.mark.parametrize("name", ["", "b3261e", "b3261", "B3261E", "b3261e-", "b3261}", "b3261e-x"])
    def test_anything_else_is_no_address(self, name: str) -> None:
        assert inks_in(name) is inks_in(name * 4) is inks_in(f"{'b3261e' * 5}-{name}") is None

    def test_a_color_sets_the_seal_and_the_paper(self) -> None:
        seal, paper = sheet_of(_inks(["b3261e"])).splitlines()
        assert seal == '[data-color="b3261e"]{--seal:light-dark(#b3261e,#' + mark_colors("b3261e").dark + ")}"
        light, dark = paper_colors("b3261e")
        assert paper == f'[data-paper="b3261e"]{{--card:light-dark(#{light},#{dark})}}'

    def test_answering_an_address_computes_nothing(self) -> None:
        """Whoever asks may ask for colours that nobody chose, and is told what the address says."""
        asked = "-".join(f"{number:030x}" for number in range(MOST_COLORS))
        assert sheet_of(inks_in(asked) or []).splitlines()[-1] == ('[data-paper="000000"]{--card:light-dark(#000000,#000031)}')


def _inks(colors: list[str]) -> list[Ink]:
    found = inks_in(sheet_path(colors).removeprefix("/colors/").removesuffix(".css"))
    assert found is not None
    return found
