"""The tabs over the programs of `/api/docs`."""

from browsing import Visit
from docs_page import DOCS
from playwright.sync_api import Locator, Page, expect


def _tab(page: Page, place: str, language: str) -> Locator:
    return page.locator(f"#{place}").get_by_role("radio", name=language).first


def _program(page: Page, place: str, language: str) -> Locator:
    return page.locator(f"#{place} [data-language={language}]").first


class TestTabs:
    def test_a_choice_is_that_of_every_call_and_is_remembered(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        expect(_program(page, "addMarks", "curl")).to_be_visible()
        _tab(page, "opening", "PHP").check()
        for _ in range(2):
            for place in ("opening", "addMarks", "listEvents"):
                expect(_program(page, place, "php")).to_be_visible()
                expect(_program(page, place, "curl")).to_be_hidden()
            page.reload()

    def test_what_was_chosen_stays_where_it_is(self, visit: Visit) -> None:
        page = visit.open(f"{DOCS}#updateCard")
        tab = _tab(page, "updateCard", "Python")
        tab.scroll_into_view_if_needed()
        before = tab.bounding_box()
        tab.check()
        expect(_program(page, "opening", "python")).to_be_visible()
        after = tab.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(before["y"] - after["y"]) < 2

    def test_arrow_keys_move_between_them(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        page.locator("#opening input[value=curl]").focus()
        page.keyboard.press("ArrowRight")
        expect(_program(page, "opening", "python")).to_be_visible()

    def test_the_button_copies_what_is_shown(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        _tab(page, "opening", "JavaScript").check()
        _program(page, "opening", "javascript").get_by_role("button", name="Copy").click()
        expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
        assert page.evaluate("navigator.clipboard.readText()").startswith("const response = await fetch(")

    def test_without_scripts_each_call_has_its_own(self, visit_without_scripts: Visit) -> None:
        page = visit_without_scripts.open(DOCS)
        _tab(page, "addMarks", "Python").check()
        expect(_program(page, "addMarks", "python")).to_be_visible()
        expect(_program(page, "addMarks", "curl")).to_be_hidden()
        expect(_program(page, "opening", "curl")).to_be_visible()
