import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core import colors
from stampwell.core.colors import (
    CARD_ON_DARK,
    CARD_ON_LIGHT,
    INK_ON_DARK,
    INK_ON_LIGHT,
    MARK_CONTRAST,
    PAPER_CONTRAST,
    contrast,
    fit,
    mark_colors,
    paper_colors,
    parse_color,
)

COLORS = st.integers(0, 0xFFFFFF).map("{:06x}".format)
SOFT_INK_ON_LIGHT, SOFT_INK_ON_DARK = "5f584e", "b4ac9e"


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("b3261e", "b3261e"),
        ("#B3261E", "b3261e"),
        (" #b3261e ", "b3261e"),
        ("", None),
        ("#", None),
        ("fff", None),
        ("b3261", None),
        ("b3261e0", None),
        ("##b3261e", None),
        ("b3261g", None),
        ("\uff11\uff11\uff11\uff11\uff11\uff11", None),
        ("red", None),
        ("b3261e}", None),
    ],
)
def test_a_color_is_six_hexadecimal_digits(text: str, color: str | None) -> None:
    assert parse_color(text) == color


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("000000", "ffffff", 21.0), ("ffffff", "ffffff", 1.0), ("777777", "ffffff", 4.48), ("b3261e", "ffffff", 6.54)],
)
def test_contrast_is_that_of_wcag_both_ways(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio == round(contrast(other, one), 2)


def test_what_has_the_contrast_stays_as_it_is() -> None:
    assert fit("b3261e", CARD_ON_LIGHT, 4.5) == "b3261e"
    assert mark_colors("b3261e").light == "b3261e"


def test_a_pale_color_gets_darker_on_light_and_keeps_its_hue() -> None:
    assert mark_colors("ffe066").light == "8c7500"
    assert mark_colors("ffe066").dark == "ffe066"


def test_a_dark_color_gets_lighter_on_dark() -> None:
    light, dark = mark_colors("1f2a44")
    assert light == "1f2a44"
    assert contrast(dark, "000000") > contrast(light, "000000")
    assert int(dark[4:], 16) > int(dark[:2], 16)


def test_no_color_is_asked_for_more_than_black_and_white_have() -> None:
    with pytest.raises(ValueError, match="no colour reaches"):
        fit("808080", "808080", 7.0)


@given(COLORS)
def test_marks_of_any_color_can_be_seen_on_the_card_and_on_any_paper(color: str) -> None:
    light, dark = mark_colors(color)
    assert contrast(light, CARD_ON_LIGHT) >= MARK_CONTRAST
    assert contrast(dark, CARD_ON_DARK) >= MARK_CONTRAST


@given(COLORS, COLORS)
def test_marks_on_tinted_paper_have_the_contrast_of_graphics(color: str, paper: str) -> None:
    for mark, tint in zip(mark_colors(color), paper_colors(paper), strict=True):
        assert contrast(mark, tint) >= 3.0


@given(COLORS)
def test_text_and_the_softer_text_can_be_read_on_paper_of_any_color(color: str) -> None:
    light, dark = paper_colors(color)
    assert contrast(light, INK_ON_LIGHT) >= PAPER_CONTRAST
    assert contrast(dark, INK_ON_DARK) >= PAPER_CONTRAST
    assert contrast(light, SOFT_INK_ON_LIGHT) >= 4.5
    assert contrast(dark, SOFT_INK_ON_DARK) >= 4.5


@given(COLORS)
def test_correcting_a_corrected_color_changes_nothing(color: str) -> None:
    light, dark = mark_colors(color)
    assert (mark_colors(light).light, mark_colors(dark).dark) == (light, dark)


@given(COLORS, st.sampled_from([(CARD_ON_LIGHT, MARK_CONTRAST), (INK_ON_DARK, PAPER_CONTRAST)]))
def test_no_color_between_has_the_contrast(color: str, ground: tuple[str, float]) -> None:
    """What is found by halves is what is found step by step."""
    against, ratio = ground
    fitted = fit(color, against, ratio)
    # Both grounds leave one way to go: to the dark.
    ladder = colors._Ladder(colors._to_oklch(color), -1)
    one_by_one = [color, *(ladder.color(step) for step in range(1, colors._STEPS + 1))]
    assert fitted == next(one for one in one_by_one if contrast(one, against) >= ratio)
