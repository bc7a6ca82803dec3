import pytest

from stampwell.drawing.marks import MOST_DEGREES, PALEST, SHAPES, Area, columns, presses

EVERY_COUNT = range(1, 101)


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("count", EVERY_COUNT)
def test_no_mark_stands_alone_in_a_row(count: int, area: Area) -> None:
    across = columns(count, area)
    assert 1 <= across <= count
    rows = -(-count // across)
    in_the_last_row = count - across * (rows - 1)
    assert in_the_last_row > 1 or count == 1


@pytest.mark.parametrize("count", EVERY_COUNT)
def test_a_phone_has_no_more_columns_than_a_wide_card_and_never_more_than_a_thumb_can_tell_apart(count: int) -> None:
    assert columns(count, Area.NARROW) <= columns(count, Area.WIDE)
    assert columns(count, Area.NARROW) <= 13


@pytest.mark.parametrize(
    ("count", "narrow", "wide"),
    [(1, 1, 1), (2, 2, 2), (3, 3, 3), (5, 3, 5), (6, 3, 3), (7, 4, 4), (8, 4, 4), (10, 5, 5), (12, 4, 6), (100, 10, 17)],
)
def test_the_usual_counts_stand_as_on_a_printed_card(count: int, narrow: int, wide: int) -> None:
    assert (columns(count, Area.NARROW), columns(count, Area.WIDE)) == (narrow, wide)


def test_a_mark_is_pressed_the_same_way_at_every_visit() -> None:
    assert presses("1AB2CD3EFG4HIJ5K", 3) == presses("1AB2CD3EFG4HIJ5K", 100)[:3]


def test_every_mark_and_every_stamp_is_pressed_in_its_own_way() -> None:
    pressed = {press for code in ("1AB2CD3EFG4HIJ5K", "0000000000000000") for press in presses(code, 100)}
    assert len(pressed) > 190
    assert {one.shape for one in pressed} == set(range(SHAPES))


def test_no_press_is_a_mistake() -> None:
    for pressed in presses("1AB2CD3EFG4HIJ5K", 100):
        assert -MOST_DEGREES <= pressed.degrees <= MOST_DEGREES
        assert PALEST <= pressed.density <= 1
