"""The cookies of the customer's page: kept from scripts, to this card, and to https wherever the card's link is one."""

from http.cookies import Morsel, SimpleCookie

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.core.phrases import phrase
from stampwell.stamp_page.context import PIN_COOKIE, StampPageContext
from stampwell.web import flash

pytestmark = pytest.mark.one_database

PASSWORD, PIN = "latte77", "4071"
FLASH_COOKIE = StampPageContext.flash_cookie


def send(phone: DashboardClient, path: str, tail: str, *, host: str, scheme: str, at: str = "", **fields: str) -> DashboardPage:
    """By the form of the page, as a browser that came by that scheme to that host."""
    headers = {"Host": host, "X-Forwarded-Proto": scheme, "Origin": "null"}
    form = phone.send("GET", f"{path}{at}", headers=headers).form(f"{path}{tail}")
    values = [(name, value) for name, value in form.values if name not in fields]
    return phone.post(f"{path}{tail}", [*values, *fields.items()], headers=headers)


def cookies(page: DashboardPage) -> dict[str, "Morsel[str]"]:
    assert page.status == 303, page.text
    return {name: one for line in page.headers.get_all("Set-Cookie") or [] for name, one in SimpleCookie(line).items()}


@pytest.mark.parametrize(
    ("domain", "scheme", "secure"),
    [
        ("https://vvd.bz", "https", True),
        # On the way to a proxy that is not told of: a browser would not take it.
        ("https://vvd.bz", "http", False),
        # A link by http is opened by http the next time, whichever way the phone came today.
        ("http://plain.example", "https", False),
    ],
)
def test_are_kept_to_https_where_the_link_is(own_shop: Shop, domain: str, scheme: str, *, secure: bool) -> None:
    own_shop.add_domain(own_shop.alice, "http://plain.example")
    card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD)
    path = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, card, domain=domain))}"
    phone, came = own_shop.stranger(), {"host": domain.partition("://")[2], "scheme": scheme}
    made = cookies(send(phone, path, "/mark", **came, onsitePwd=PASSWORD))
    made |= cookies(send(phone, path, "/pin/choose", at="/pin/choose", **came, pin=PIN, again=PIN))
    assert {FLASH_COOKIE, PIN_COOKIE} <= set(made)
    for name in (FLASH_COOKIE, PIN_COOKIE):
        cookie = made[name]
        assert (bool(cookie["secure"]), bool(cookie["httponly"])) == (secure, True), name
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", path, ""), name
    assert made[FLASH_COOKIE]["max-age"] == "60"


def test_a_flash_of_another_card_undoes_nothing_here(own_shop: Shop) -> None:
    """Nor does one that was made up: what a flash message offers to undo, its phone has done."""
    card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD)
    numbers = [stamps.issue(own_shop, card) for _ in range(2)]
    paths = [f"/stamp/{code_of(own_shop, number)}" for number in numbers]
    phones = [own_shop.stranger() for _ in paths]
    pages = []
    for phone, path in zip(phones, paths, strict=True):
        pages.append(phone.follow(phone.submit(phone.get(path), f"{path}/mark", onsitePwd=PASSWORD)))
    undo = next(form.action for form in pages[0].forms if "/undo/" in form.action)
    mine = phones[0].cookies[FLASH_COOKIE]
    for flash_of_another in (phones[1].cookies[FLASH_COOKIE], "0" * 32 + mine[32:], mine[:-4], mine[32:]):
        thief = DashboardClient(phones[0].port, cookies={FLASH_COOKIE: flash_of_another})
        assert thief.submit(pages[0], undo).status == 409
    assert [stamps.count(own_shop, number) for number in numbers] == [1, 1]
    assert phones[0].submit(pages[0], undo).status == 303


def test_a_flash_of_one_mark_does_not_undo_the_next(own_shop: Shop) -> None:
    number = stamps.issue(own_shop, stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD))
    path, undos = f"/stamp/{code_of(own_shop, number)}", []
    phones = [own_shop.stranger() for _ in range(2)]
    for phone in phones:
        page = phone.follow(phone.submit(phone.get(path), f"{path}/mark", onsitePwd=PASSWORD))
        undos.append(next(form for form in page.forms if "/undo/" in form.action))
    assert phones[0].post(undos[1].action, undos[1].values).status == 409
    assert stamps.count(own_shop, number) == 2
    assert phones[1].post(undos[1].action, undos[1].values).status == 303


def test_what_the_page_shows_to_everybody_signs_no_flash(own_shop: Shop) -> None:
    """The token of its forms is for forms alone: with it, anybody could say what their phone has done."""
    number = stamps.issue(own_shop, stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD))
    path, staff = f"/stamp/{code_of(own_shop, number)}", own_shop.stranger()
    page = staff.follow(staff.submit(staff.get(path), f"{path}/mark", onsitePwd=PASSWORD))
    undo = next(form.action for form in page.forms if "/undo/" in form.action)
    token = dict(page.form(undo).values)["token"]
    forged = flash.sign_flash(phrase("Mine"), undo=undo, token=token)
    thief = DashboardClient(staff.port, cookies={FLASH_COOKIE: forged})
    assert thief.submit(page, undo).status == 409
    assert stamps.count(own_shop, number) == 1
