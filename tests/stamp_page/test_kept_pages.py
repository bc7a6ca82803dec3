"""Pages and drawings that are kept in memory: never more than so many bytes of them, and those not used for longest go."""

import asyncio
from collections.abc import Callable

import pytest

from stampwell.stamp_page.drawings import Drawings
from stampwell.stamp_page.page_cache import PageCache

pytestmark = pytest.mark.one_database

Ask = Callable[[str, int], bool]


@pytest.fixture(params=["pages", "drawings"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Asks for what is kept by that name and weighs so much; whether it had to be made. Thirty bytes are kept at most."""
    pages: PageCache[str] = PageCache(30)
    drawings = Drawings(30)

    def of(name: str, weight: int) -> bool:
        made: list[str] = []

        def make() -> str:
            made.append(name)
            return name * weight

        if request.param == "pages":
            assert pages.get(name, make).filled({}) == name.encode() * weight
        else:
            assert asyncio.run(drawings.get((name,), lambda: make().encode())).content == name.encode() * weight
        return bool(made)

    return of


def test_what_is_kept_is_made_once(ask: Ask) -> None:
    assert [ask(name, 10) for name in "abcabc"] == [True, True, True, False, False, False]


def test_what_was_not_used_for_longest_goes(ask: Ask) -> None:
    for name in "abc":
        ask(name, 10)
    assert not ask("a", 10)
    assert ask("d", 10)
    assert [ask(name, 10) for name in "acd"] == [False, False, False]
    assert ask("b", 10)


def test_as_many_go_as_the_new_one_needs_room_for(ask: Ask) -> None:
    for name in "abc":
        ask(name, 10)
    assert ask("d", 11)
    assert [ask(name, 10) for name in "cab"] == [False, True, True]


def test_one_that_is_too_heavy_is_made_each_time(ask: Ask) -> None:
    assert [ask("a", 30), ask("a", 30)] == [True, False]
    assert [ask("b", 31), ask("b", 31)] == [True, True]
