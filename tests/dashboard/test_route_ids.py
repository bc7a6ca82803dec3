"""Numbers of another shop, in every path and in every field: answered exactly like numbers that nothing has."""

import re
from collections.abc import Iterator, Mapping

import pytest

from kit.contents import everything
from kit.dashboard_client import DashboardPage, FormSeen
from kit.pages import (
    NOTHING_HAS,
    Premises,
    csrf_of,
    filled_in,
    form_on,
    forms_of,
    is_html,
    open_premises,
    parts_of,
    places_of_forms,
    wait_for_charts,
    without_chance,
)
from kit.shop import Shop
from stampwell.dashboard.route import PageRoute

ID_FIELDS = {
    "cardIdx": "card_id",
    "card": "card_id",
    "stampIdx": "stamp_id",
    "key": "key_id",
    "job": "job_id",
    "person": "person_id",
    "session": "session_id",
    "location": "location_id",
}
"""Fields of forms and addresses that hold a number, and of what."""


@pytest.fixture
def mine(shop: Shop) -> Premises:
    return open_premises(shop)


@pytest.fixture
def theirs(shop: Shop) -> Premises:
    return open_premises(shop)


_NUMBERED = re.compile(r"whsec_[\w+/=]+|sk_live_\w+|[0-9A-Z]{16}|[0-9]+")


class _Asking:
    """Somebody who asks with the forms of their own shop."""

    def __init__(self, shop: Shop, mine: Premises, *, forms: Mapping[str, FormSeen | None] | None = None) -> None:
        self._mine, self._desk = mine, mine.dashboard
        self._forms = forms_of(shop, mine) if forms is None else forms
        self._csrf = csrf_of(mine.dashboard)

    def ask_here(self, page: PageRoute, field: str, number: int) -> DashboardPage:
        return self.ask(page, self._mine.path(page), **{field: str(number)})

    def ask(self, page: PageRoute, path: str, **fields: str) -> DashboardPage:
        # What an action before has to tell is no part of the answer.
        self._desk.cookies.pop("stampwell_notice", None)
        if page.method == "GET":
            return self._desk.get(path, **fields)
        return self._desk.post(path, filled_in(self._forms.get(page.path), self._csrf, **fields))


def _of_another(mine: Premises, theirs: Premises, page: PageRoute) -> Iterator[tuple[str, str, int]]:
    """Paths with one number of another shop, the same with a number that nothing has, and the number."""
    for name in parts_of(page):
        yield mine.path(page, **{name: theirs.parts[name]}), mine.path(page, **{name: NOTHING_HAS}), theirs.parts[name]


def test_another_shops_numbers_in_a_path_are_like_numbers_that_nothing_has(
    shop: Shop, mine: Premises, theirs: Premises
) -> None:
    asking, before = _Asking(shop, mine), everything(shop.data)
    asked, told = 0, []
    for page in shop.app.pages:
        for place, (foreign, missing, number) in enumerate(_of_another(mine, theirs, page)):
            asked += 1
            one, other = asking.ask(page, foreign), asking.ask(page, missing)
            # The first number of a path is what it is about; one behind it may be refused as what cannot be done.
            expected = {404} if place == 0 else {404, 409}
            same = without_chance(one, number, NOTHING_HAS) == without_chance(other, number, NOTHING_HAS)
            if one.status not in expected or other.status != one.status or not same:
                told.append((page.method, page.path, one.status, other.status, same))
    assert asked > 20
    assert told == []
    assert everything(shop.data) == before


def test_another_shops_numbers_in_a_field_are_like_numbers_that_nothing_has(shop: Shop, theirs: Premises) -> None:
    before = everything(shop.data, account_id=theirs.account_id)
    looks = open_premises(shop)
    looking, places, told = _Asking(shop, looks, forms={}), places_of_forms(shop, looks), []
    wait_for_charts(shop)
    for page in shop.app.pages:
        # What ends something, or is a link that opens something once, cannot be asked twice.
        if page.permission is None or page.path.endswith(("/delete", "/sign-out", "/remove", "{token}")):
            continue
        # What one action did would be in the way of the next.
        asking = looking if page.method == "GET" else _acting(shop, page, places)
        for field, part in ID_FIELDS.items():
            one, other = (asking.ask_here(page, field, number) for number in (theirs.parts[part], NOTHING_HAS))
            if one.status != other.status or _without_numbers(one) != _without_numbers(other):
                told.append((page.method, page.path, field, one.status, other.status))
    assert told == []
    assert everything(shop.data, account_id=theirs.account_id) == before


def _acting(shop: Shop, page: PageRoute, places: Mapping[str, PageRoute]) -> _Asking:
    """Somebody with a shop of their own, who does that."""
    fresh = open_premises(shop)
    return _Asking(shop, fresh, forms={page.path: form_on(shop, fresh, places.get(page.path), page)})


def _without_numbers(page: DashboardPage) -> str:
    """What the same request makes twice is numbered anew."""
    return _NUMBERED.sub("N", without_chance(page)) if is_html(page) else ""


def test_a_stamp_is_not_issued_on_another_shops_domain(shop: Shop, mine: Premises, theirs: Premises) -> None:
    path = "/dashboard/stamps/new"
    page = mine.dashboard.get(path)
    for domain in (f"https://shop{theirs.account_id}.example", "https://nobodys.example"):
        before = shop.data.stored()
        answer = mine.dashboard.submit(page, path, cardIdx=str(mine.parts["card_id"]), domain=domain)
        assert answer.status == 404
        assert f"{domain} is not a verified domain of this shop." in answer.text
        assert shop.data.stored() == before


def test_another_shops_picture_stays_when_a_card_that_names_it_goes(shop: Shop, mine: Premises, theirs: Premises) -> None:
    new = "/dashboard/cards/new"
    made = mine.dashboard.submit(mine.dashboard.get(new), new, cardNm="A thief's", maxStamps="5", keptPicture=theirs.handle)
    card = made.location
    assert mine.dashboard.submit(mine.dashboard.get(f"{card}/delete"), f"{card}/delete").status == 303
    assert len(shop.data.rows("SELECT handle FROM image WHERE handle = :handle", handle=theirs.handle)) == 1


def test_an_undo_that_another_shops_notice_offered_is_nothing(shop: Shop, mine: Premises, theirs: Premises) -> None:
    stamp = f"/dashboard/stamps/{theirs.parts['stamp_id']}"
    after = theirs.dashboard.done(theirs.dashboard.get(stamp), f"{stamp}/add", count="2")
    undo = next(form.action for form in after.forms if "/undo/" in form.action)
    before = everything(shop.data, account_id=theirs.account_id)
    assert mine.dashboard.post(undo, filled_in(None, csrf_of(mine.dashboard))).status == 404
    notice = theirs.dashboard.cookies.get("stampwell_notice", "")
    mine.dashboard.cookies["stampwell_notice"] = notice or "0" * 32 + "W10="
    assert "/undo/" not in mine.dashboard.get("/dashboard").html
    assert everything(shop.data, account_id=theirs.account_id) == before


def test_only_ones_own_stamps_are_exported_and_found(shop: Shop, mine: Premises, theirs: Premises) -> None:
    export = "/dashboard/stamps/export"
    content = mine.dashboard.submit(mine.dashboard.get(export), export).content.decode()
    codes = {
        one.account_id: shop.data.stamp(one.parts["stamp_id"])["code"]
        for one in (mine, theirs)
    }  # fmt: skip
    assert (codes[mine.account_id] in content, codes[theirs.account_id] in content) == (True, False)
    assert codes[theirs.account_id] not in mine.dashboard.get("/dashboard/stamps", card=theirs.parts["card_id"]).html
    assert mine.dashboard.get("/dashboard/stamps", q=codes[theirs.account_id]).status == 200
