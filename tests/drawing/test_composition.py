"""How the marks of a card stand, for every count: full rows, the reward last, large enough, and countable."""

import pytest

from stampwell.drawing.composition import (
    GAP,
    LABELS_PX,
    MOST_BEFORE_TENS,
    MOST_COLUMNS,
    MOST_IN_PROPORTION,
    SPLIT,
    TEN,
    Area,
    compose,
)

EVERY_COUNT = range(1, 101)
# What a card leaves for its marks on phones of 360 and 390 pixels and on a tablet of 820: less margins, padding and border.
WIDTHS = ((Area.NARROW, 360 - 32 - 34), (Area.NARROW, 390 - 32 - 34), (Area.WIDE, 480 - 50))
SMALLEST_PX = 24


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("count", EVERY_COUNT)
def test_all_rows_are_full_and_the_reward_fills_the_end_of_the_last(count: int, area: Area) -> None:
    found = compose(count, area)
    assert count - 1 + found.reward == found.columns * found.rows
    assert 1 <= found.reward <= found.columns <= MOST_COLUMNS


@pytest.mark.parametrize(("area", "width"), WIDTHS)
@pytest.mark.parametrize("count", EVERY_COUNT)
def test_it_fits_and_every_mark_can_be_seen(count: int, area: Area, width: int) -> None:
    found = compose(count, area)
    size = found.size(width)
    across = found.columns + (found.columns - 1) * GAP
    beside = (SPLIT + GAP) * size + LABELS_PX if found.tens else 0
    assert size * across + beside <= width + 0.01
    assert size >= SMALLEST_PX


@pytest.mark.parametrize("count", range(1, MOST_IN_PROPORTION + 1))
def test_a_card_in_proportion_has_room_for_its_marks(count: int) -> None:
    """Beside a head of about 135 pixels; it may grow by a few."""
    found = compose(count, Area.WIDE)
    assert found.rows <= 4
    assert min(found.size(430), 168 / (found.rows * (1 + GAP) - GAP)) >= 32


@pytest.mark.parametrize("count", EVERY_COUNT)
def test_a_phone_shows_the_card_and_what_can_be_done_with_it(count: int) -> None:
    found = compose(count, Area.NARROW)
    assert found.size(326) * (found.rows * (1 + GAP) - GAP) <= 327


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("count", range(MOST_BEFORE_TENS + 1, 101))
def test_more_than_fifty_stand_in_tens(count: int, area: Area) -> None:
    found = compose(count, area)
    assert (found.tens, found.columns) == (True, TEN)
    # Five tracks, a narrow one, five tracks: the reward's place ends with the last, and covers the middle if it is that wide.
    begins_at = TEN - found.reward
    assert found.tracks == found.reward + (1 if begins_at < TEN // 2 else 0)


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("count", range(1, MOST_BEFORE_TENS + 1))
def test_fewer_do_not_and_the_rewards_place_is_at_most_four_wide(count: int, area: Area) -> None:
    found = compose(count, area)
    assert (found.tens, found.tracks) == (False, found.reward)
    assert found.reward <= 4


@pytest.mark.parametrize(
    ("count", "narrow", "wide"),
    [
        (1, (1, 1), (1, 1)),
        (3, (3, 1), (3, 1)),
        (4, (4, 1), (4, 1)),
        (5, (5, 1), (5, 1)),
        (6, (3, 1), (6, 1)),
        (7, (4, 2), (4, 2)),
        (8, (4, 1), (4, 1)),
        (9, (3, 1), (5, 2)),
        (10, (5, 1), (5, 1)),
        (12, (4, 1), (6, 1)),
        (20, (5, 1), (7, 2)),
        (30, (6, 1), (10, 1)),
        (73, (10, 8), (10, 8)),
        (100, (10, 1), (10, 1)),
    ],
)
def test_the_usual_counts_stand_as_on_a_printed_card(count: int, narrow: tuple[int, int], wide: tuple[int, int]) -> None:
    """Columns, and how many marks wide the reward's place is."""
    found = [compose(count, area) for area in (Area.NARROW, Area.WIDE)]
    assert [(one.columns, one.reward) for one in found] == [narrow, wide]
