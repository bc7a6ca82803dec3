"""The search of `/api/docs`: it is on the page, and needs no network."""

import re

import pytest
from browsing import Visit
from docs_page import DOCS
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.open(DOCS)


def _search(page: Page, query: str) -> Locator:
    """What is found."""
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    field.fill(query)
    return page.get_by_role("option")


class TestFinding:
    @pytest.mark.parametrize(
        ("query", "kind", "title", "place"),
        [
            ("redeem", "Endpoint", "Redeem stamp", "#redeemStamp"),
            ("/api/card/v1/update", "Endpoint", "Update card", "#updateCard"),
            ("endYmd", "Field", "endYmd", "#createStamp.endYmd"),
            ("40002", "Error", "40002", "#error-40002"),
            ("Safe retries", "Guide", "Safe retries", "#conventions"),
            ("raw body in frameworks", "Guide", "The raw body in frameworks", "/api/docs/webhooks#the-raw-body-in-frameworks"),
        ],
    )
    def test_enter_leads_to_the_best(self, page: Page, query: str, kind: str, title: str, place: str) -> None:
        best = _search(page, query).first
        expect(best).to_have_attribute("aria-selected", "true")
        expect(best.locator(".found-kind")).to_have_text(kind)
        expect(best.locator(".found-title")).to_have_text(title)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(re.escape(place) + "$"))
        expect(page.locator(f"[id='{place.partition('#')[2]}']")).to_be_in_viewport()
        expect(page.get_by_role("dialog")).to_be_hidden()

    def test_it_works_without_a_network(self, page: Page) -> None:
        page.context.set_offline(True)
        assert _search(page, "endYmd").count() > 1

    def test_the_guide_finds_the_reference(self, visit: Visit) -> None:
        page = visit.open(f"{DOCS}/webhooks")
        _search(page, "orderRef")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/api/docs#\w+\.orderRef$"))


class TestManners:
    def test_arrows_choose_and_say_so(self, page: Page) -> None:
        found = _search(page, "stamp")
        page.keyboard.press("ArrowDown")
        expect(found.nth(1)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("combobox")).to_have_attribute("aria-activedescendant", "found-1")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(found.last).to_have_attribute("aria-selected", "true")

    def test_it_says_how_many(self, page: Page) -> None:
        found = _search(page, "nothing is called so")
        expect(found).to_have_count(0)
        expect(page.locator("[data-found-count]")).to_have_text("0 results")
        page.get_by_role("combobox").fill("stamp")
        expect(page.locator("[data-found-count]")).to_have_text(re.compile(r"^\d+ results, the best 20 are shown$"))

    def test_escape_and_the_button_close_it(self, page: Page) -> None:
        opener = page.get_by_role("button", name="Search")
        for close in (lambda: page.keyboard.press("Escape"), page.get_by_role("button", name="Close").click):
            opener.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            close()
            expect(page.get_by_role("dialog")).to_be_hidden()
            expect(opener).to_be_focused()

    def test_a_slash_in_the_field_is_text(self, page: Page) -> None:
        _search(page, "a")
        page.keyboard.press("/")
        expect(page.get_by_role("combobox")).to_have_value("a/")
