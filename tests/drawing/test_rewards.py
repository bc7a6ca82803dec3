"""Rewards on the way: what a card says of them in words, and how they are drawn."""

import re
from pathlib import Path

import pytest

from stampwell.assets.served import Assets
from stampwell.core.phrases import english
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.drawing.rewards import FaceReward, RewardState, face_rewards, in_sentence, next_rewards_words, promise_words
from stampwell.drawing.routes import TEMPLATES
from stampwell.web.rendering import Templates, translator

COOKIE, CAKE = (5, "a cookie", None), (8, "a cake", None)
COOKIE_GIVEN = (5, "a cookie", 1)
PICTURE = "/images/bean.webp"


def _face(count: int, *rewards: tuple[int, str, object], **fields: object) -> Face:
    values = {"title": "Ten", "shop": "Bean & Co", "reward": "a coffee", "goal": 10, "code": "A" * 16, **fields}
    state = FaceState.FULL if count >= 10 else FaceState.USABLE
    shown = face_rewards(rewards, count=count)
    return face_of(**{"state": state, "count": count, "rewards": shown, **values})  # type: ignore[arg-type]


def _kinds(face: Face) -> list[str]:
    """Of each mark, what its classes say of it."""
    found = re.findall('<svg class="face-mark ([a-z -]+)"', face.drawn)
    return [kinds.replace("face-", "") for kinds in found]


@pytest.mark.parametrize(
    ("count", "rewards", "summary", "owed"),
    [
        (3, (COOKIE,), "2 more for a cookie, 7 more for a coffee", None),
        (4, (COOKIE, CAKE), "1 more for a cookie, 6 more for a coffee", None),
        (5, (COOKIE, CAKE), "3 more for a cake, 5 more for a coffee", "Ready: a cookie"),
        (6, (COOKIE_GIVEN, CAKE), "2 more for a cake, 4 more for a coffee", None),
        (9, (COOKIE, CAKE), "1 more for a coffee", "Ready: a cookie, a cake"),
        (10, (COOKIE, CAKE), "Ready: a cookie, a cake, a coffee", None),
        (10, (COOKIE_GIVEN,), "Ready: a coffee", None),
        # Handed out, and then a mark was taken back.
        (4, (COOKIE_GIVEN, CAKE), "4 more for a cake, 6 more for a coffee", None),
    ],
)
def test_the_next_and_the_last_are_named_and_what_waits(
    count: int, rewards: tuple[tuple[int, str, object], ...], summary: str, owed: str | None
) -> None:
    face = _face(count, *rewards)
    assert face.summary.said(english) == summary
    assert (face.owed and face.owed.said(english)) == owed


@pytest.mark.parametrize(
    ("count", "summary"),
    [(3, "2 more for the reward, 7 more for the reward"), (10, "Ready: the reward, the reward")],
)
def test_rewards_without_a_name_are_said_too(count: int, summary: str) -> None:
    assert _face(count, (5, "", None), reward="").summary.said(english) == summary


@pytest.mark.parametrize(
    ("reward", "said"),
    [
        ("A free coffee", "a free coffee"),
        ("The drink of the day", "the drink of the day"),
        ("Free Americano", "free Americano"),
        ("Ein Kaffee", "ein Kaffee"),
        ("Un café offert", "un café offert"),
        ("Una tapa", "una tapa"),
        # A name, and what is loud on purpose.
        ("Americano", "Americano"),
        ("La Marzocco mug", "La Marzocco mug"),
        ("A FREE COFFEE", "A FREE COFFEE"),
        ("A", "A"),
        ("무료 커피", "무료 커피"),
        ("", ""),
    ],
)
def test_within_a_sentence_an_article_is_written_small(reward: str, said: str) -> None:
    assert in_sentence(reward) == said


@pytest.mark.parametrize(
    ("reward", "goal", "said"),
    [
        ("A coffee", 10, "10 stamps for a coffee"),
        ("Tea", 1, "1 stamp for Tea"),
        ("", 7, "7 stamps for the reward"),
    ],
)
def test_a_card_promises_its_last_reward(reward: str, goal: int, said: str) -> None:
    assert promise_words(reward, goal).said(english) == said


def test_every_sentence_of_the_face_reads_on() -> None:
    full, open_, redeemed = (
        _face(count, (3, "A cookie", None), reward="A coffee", **fields)
        for count, fields in ((10, {}), (3, {}), (10, {"state": FaceState.REDEEMED}))
    )
    assert [face.summary.said(english) for face in (full, open_, redeemed)] == [
        "Ready: a cookie, a coffee",
        "7 more for a coffee",
        "Redeemed: a coffee",
    ]
    assert open_.owed is not None
    assert open_.owed.said(english) == "Ready: a cookie"
    assert open_.reward_lines[0][0].said(english) == "3 stamps: a cookie, ready"


def test_of_a_redeemed_card_nothing_is_owed() -> None:
    face = _face(10, COOKIE_GIVEN, state=FaceState.REDEEMED)
    assert (face.summary.said(english), face.owed) == ("Redeemed: a coffee", None)


def test_each_is_named_with_what_became_of_it() -> None:
    lines = _face(8, COOKIE_GIVEN, CAKE).reward_lines
    assert [(line.said(english), state) for line, state in lines] == [
        ("5 stamps: a cookie, redeemed", RewardState.HANDED_OUT),
        ("8 stamps: a cake, ready", RewardState.READY),
        ("10 stamps: a coffee", RewardState.AHEAD),
    ]
    assert _face(1, (1, "a sweet", None)).reward_lines[0][0].said(english) == "1 stamp: a sweet, ready"


def test_a_card_with_one_reward_lists_none() -> None:
    assert _face(8).reward_lines == ()


@pytest.mark.parametrize(
    ("count", "rewards", "drawn"),
    [
        (0, ((1, "a sweet", None),), {0: "next gift", 1: "empty", 9: "empty reward"}),
        (4, (COOKIE, CAKE), {3: "filled", 4: "next gift", 5: "empty", 7: "empty gift"}),
        (5, (COOKIE, CAKE), {4: "filled gift due", 5: "next", 7: "empty gift"}),
        (5, (COOKIE_GIVEN, CAKE), {4: "filled gift given", 5: "next", 7: "empty gift"}),
        (3, (COOKIE_GIVEN, CAKE), {3: "next", 4: "empty gift given", 7: "empty gift"}),
        (10, (COOKIE_GIVEN, CAKE), {4: "filled gift given", 7: "filled gift due", 9: "filled reward"}),
    ],
)
def test_they_are_gifts_at_their_places(
    count: int, rewards: tuple[tuple[int, str, object], ...], drawn: dict[int, str]
) -> None:
    kinds = _kinds(_face(count, *rewards))
    assert len(kinds) == 10
    assert {place: kinds[place] for place in drawn} == drawn


def test_a_fresh_mark_may_be_a_gift() -> None:
    assert _kinds(_face(5, COOKIE, fresh=1))[3:5] == ["filled", "filled fresh gift due"]


def test_with_a_picture_what_waits_is_still_a_gift_and_what_was_handed_out_is_ticked_off() -> None:
    face = _face(8, COOKIE_GIVEN, CAKE, picture=PICTURE)
    marks = str(face.drawn).split("<svg ")[1:]
    assert (PICTURE in marks[4], "face-done" in marks[4]) == (True, True)
    assert (PICTURE in marks[7], "face-ring" in marks[7]) == (False, True)


@pytest.mark.parametrize("goal", range(1, 101))
@pytest.mark.parametrize("how_many", [0, 1, 3, 10])
def test_any_number_of_marks_with_any_number_of_rewards_is_drawn(goal: int, how_many: int) -> None:
    places = sorted({place for part in range(how_many) if 0 < (place := goal * (part + 1) // (how_many + 1)) < goal})
    rewards = [(place, "x", None) for place in places]
    for count in {0, goal // 2, goal - 1, goal}:
        kinds = _kinds(_face(count, *rewards, goal=goal, state=FaceState.FULL if count == goal else FaceState.USABLE))
        assert len(kinds) == goal
        assert [place + 1 for place, kind in enumerate(kinds) if "gift" in kind] == places
        assert sum("filled" in kind for kind in kinds) == count
        assert ("reward" in kinds[-1], sum("next" in kind for kind in kinds)) == (True, int(count < goal))


def test_screen_readers_are_told_each_and_what_merchants_write_is_escaped(tmp_path: Path) -> None:
    page = '{% from "card.html" import card_face with context %}{{ card_face(face) }}'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    templates = Templates([TEMPLATES, tmp_path], assets=Assets())
    face = _face(5, (5, "<b>a cookie", None), CAKE)
    html = templates.render("page.html", {"face": face, "t": translator(english)})
    assert "<b>" not in html
    assert "<li>5 stamps: &lt;b&gt;a cookie, ready</li><li>8 stamps: a cake</li><li>10 stamps: a coffee</li>" in html
    assert '<p class="face-owed">Ready: &lt;b&gt;a cookie</p>' in html


def test_what_is_ahead_is_said_from_values_alone() -> None:
    rewards = (FaceReward(2, "a tea", RewardState.READY), FaceReward(4, "a scone", RewardState.AHEAD))
    words, owed = next_rewards_words(rewards, reward="", count=3, goal=5)
    assert owed is not None
    assert (words.said(english), owed.said(english)) == ("1 more for a scone, 2 more for the reward", "Ready: a tea")
