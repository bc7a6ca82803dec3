"""Addresses that lead nowhere: a page for whoever looks, the API's answer for programs; the icon, and what robots are told."""

import pytest

from kit.shop import Answer, Shop

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
NOWHERE = "/nowhere"


def _ask(shop: Shop, path: str, method: str = "GET", **headers: str) -> Answer:
    return shop.request(method, path, headers={**BROWSER, **headers})


def test_a_browser_is_shown_a_page_in_its_language(shop: Shop) -> None:
    answer = _ask(shop, NOWHERE)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    page = answer.content.decode()
    assert "Page not found" in page
    assert "rail" not in page.partition("<body")[2]
    korean = _ask(shop, NOWHERE, **{"Accept-Language": "ko"}).content.decode()
    assert '<html lang="ko">' in korean


def test_whoever_is_signed_in_keeps_the_navigation(shop: Shop) -> None:
    dashboard = shop.dashboard()
    for path in ("/dashboard/nowhere", "/dashboard/cards/x/y"):
        page = dashboard.get(path)
        assert (page.status, "Page not found" in page.text, 'href="/dashboard/cards"' in page.html) == (404, True, True), path
    session = f"stampwell={dashboard.cookies['stampwell']}"
    assert 'href="/dashboard/cards"' in _ask(shop, NOWHERE, Cookie=session).content.decode()


@pytest.mark.parametrize(("method", "path"), [("POST", NOWHERE), ("GET", "/api/nowhere"), ("GET", "/api"), ("PUT", "/")])
def test_the_api_answers_as_ever(shop: Shop, method: str, path: str) -> None:
    answer = _ask(shop, path, method)
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json["code"] in {40401, 40501}


def test_programs_are_answered_as_ever(shop: Shop) -> None:
    for accept in ("*/*", "application/json"):
        assert shop.request("GET", NOWHERE, headers={"Accept": accept}).json["code"] == 40401


def test_a_card_that_is_not_there_is_a_page(shop: Shop) -> None:
    answer = _ask(shop, "/stamp/AAAAAAAAAAAAAAAA")
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_the_icon_has_an_address_that_browsers_guess(shop: Shop) -> None:
    answer = _ask(shop, "/favicon.ico")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/x-icon")
    assert (answer.headers["cache-control"], answer.content[:4]) == ("public, max-age=86400", b"\0\0\1\0")


def test_search_engines_are_told_what_to_leave_alone(shop: Shop) -> None:
    answer = _ask(shop, "/robots.txt")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    everybody, previews = answer.content.decode().split("\n\n")
    assert {"User-agent: *", "Disallow: /dashboard", "Disallow: /stamp/"} <= set(everybody.splitlines())
    # Messengers draw a preview of the card that somebody sends.
    assert ("Disallow: /dashboard" in previews, "/stamp/" in previews) == (True, False)
