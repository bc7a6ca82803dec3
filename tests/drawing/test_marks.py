from stampwell.drawing.marks import MOST_DEGREES, PALEST, SHAPES, presses


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
