"""`/api/docs` in a real browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit
from docs_page import CODE, DOCS, GUIDE, document_of, fields_of, given_of, operations_of, texts
from playwright.sync_api import Page, ViewportSize, expect

from kit.shop import CREATE, Shop

PHONE: ViewportSize = {"width": 390, "height": 844}


class TestContents:
    def test_it_says_what_it_is(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        expect(page).to_have_title("Stampwell API")
        expect(page.get_by_role("heading", level=1)).to_have_text("A stamp in one request")
        headings = texts(page, "main h2")
        assert headings[:5] == ["Authentication", "Answers", "Conventions", "Endpoints", "Create stamp"]
        assert headings[-1] == "Errors"

    def test_it_begins_with_the_least_create(self, visit: Visit) -> None:
        command = texts(visit.open(DOCS), "#opening-curl")[0]
        assert f"{CREATE} \\" in command
        assert sorted(json.loads(command.split("-d '")[1].rstrip("'"))) == ["cardIdx", "endYmd", "strtYmd"]

    def test_every_endpoint_is_listed_and_described(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        operations = operations_of(shop)
        assert texts(page, ".endpoints .method") == [method for method, _, _ in operations]
        assert texts(page, ".endpoints code") == [path for _, path, _ in operations]
        assert texts(page, ".endpoint .verb") == [method for method, _, _ in operations]
        assert texts(page, ".endpoint .address code") == [path for _, path, _ in operations]
        for _, _, operation in operations:
            named = {field for field, *_ in fields_of(page, operation["operationId"])}
            assert named == given_of(shop, operation)

    def test_every_group_of_endpoints_says_what_it_is_about(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        tags = document_of(shop)["tags"]
        assert texts(page, "#endpoints h3") == [tag["name"] for tag in tags]
        assert texts(page, "#endpoints h3 + p") == [tag["description"] for tag in tags]

    def test_query_parameters_are_a_table_like_fields(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        assert texts(page, "#listStamps-fields, #createStamp-fields") == ["Fields", "Query parameters"]
        rows = {row[0]: row[1:] for row in fields_of(page, "listStamps")}
        assert rows["limit"] == ["integer", "optional", "Rows a page. 1 to 100. Left out: 50."]
        assert rows["useYn"][:2] == ["string", "optional"]
        assert fields_of(page, "getStamp")[0][:3] == ["stampIdx", "integer or string", "required"]

    def test_an_object_is_described_once_and_linked_from_where_it_is_answered(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        stamp = document_of(shop)["components"]["schemas"]["Stamp"]
        rows = [row.split("\t") for row in texts(page, "#object-Stamp tbody tr")]
        assert [row[0] for row in rows] == list(stamp["properties"])
        for endpoint in ("getStamp", "validateStamp", "listStamps", "updateStamp", "addMarks", "removeMarks", "redeemStamp"):
            assert page.locator(f"#{endpoint} a[href='#object-Stamp']").count() == 1

    def test_the_field_table_has_every_field_of_the_body(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        body = document_of(shop)["components"]["schemas"]["CreateStamp"]
        rows = fields_of(page, "createStamp")
        assert [row[0] for row in rows] == list(body["properties"])
        assert [row[0] for row in rows if row[2] == "required"] == ["cardIdx", "strtYmd", "endYmd"]
        assert [row[1] for row in rows][:5] == ["integer", "string", "date", "date", "string"]
        rules = {row[0]: row[3] for row in rows}
        assert rules["memo"].endswith("At most 1,000 characters.")
        assert rules["activeYn"] == ("Y or N. With N the customer cannot use the stamp until it is switched on. Left out: Y.")

    def test_the_error_table_has_every_error_with_its_remedy(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        catalogue = document_of(shop)["components"]["examples"].values()
        rows = [row.split("\t") for row in texts(page, "#errors tbody tr")]
        assert sorted((int(row[0]), row[2]) for row in rows) == sorted(
            (example["value"]["code"], example["value"]["message"]) for example in catalogue
        )

    @pytest.mark.parametrize("path", [DOCS, GUIDE])
    def test_every_link_leads_somewhere(self, visit: Visit, shop: Shop, path: str) -> None:
        page = visit.open(path)
        links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
        ids = set(page.eval_on_selector_all("[id]", "elements => elements.map(element => element.id)"))
        assert {link[1:] for link in links if link.startswith("#")} <= ids
        others = {link for link in links if not link.startswith(("#", "https://"))}
        for other in {link.partition("#")[0] for link in others}:
            # The form for a new key asks strangers to sign in first.
            assert shop.request("GET", other).status == (303 if other.startswith("/dashboard/") else 200)
        anchors = {link.partition("#")[2] for link in others if "#" in link}
        there = visit.open(GUIDE if path == DOCS else DOCS)
        assert anchors <= set(there.eval_on_selector_all("[id]", "elements => elements.map(element => element.id)"))

    def test_the_guide_of_webhooks_is_served_whole(self, visit: Visit) -> None:
        page = visit.open(GUIDE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Webhooks")
        written = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
        programs = re.findall(r"^ *```\w*\n(.*?)^ *```$", written, re.MULTILINE | re.DOTALL)
        assert [text.split() for text in texts(page, "main pre")] == [program.split() for program in programs]

    def test_no_id_is_given_twice(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        ids = page.eval_on_selector_all("[id]", "elements => elements.map(element => element.id)")
        assert len(ids) == len(set(ids))


class TestManners:
    def test_it_asks_no_stranger_for_anything_and_keeps_its_policy(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        page.get_by_role("button", name="Copy").first.click()
        page.mouse.wheel(0, 5000)
        page.wait_for_load_state("networkidle")
        assert visit.strangers == []
        assert visit.complaints == []
        assert page.evaluate("violations") == []
        assert any(url.endswith(".css") for url in visit.requested)

    @pytest.mark.parametrize("path", [DOCS, GUIDE])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_axe_finds_nothing(self, visit: Visit, path: str, theme: str) -> None:
        visit.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page = visit.open(path)
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("/")
        page.get_by_role("combobox").fill("stamp")
        assert Axe().run(page).response["violations"] == []

    def test_the_policy_allows_nothing_but_our_own_files(self, shop: Shop) -> None:
        policy = shop.request("GET", DOCS).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'")
        assert "unsafe" not in policy

    def test_assets_may_be_kept_for_good_because_their_names_change(self, visit: Visit, shop: Shop) -> None:
        visit.open(DOCS)
        assets = sorted({url.removeprefix(shop.server.base) for url in visit.requested if "/assets/" in url})
        assert [asset.rsplit(".", 1)[1] for asset in assets] == ["js", "js", "js", "js", "css", "css", "svg", "js", "css"]
        for asset in assets:
            answer = shop.request("GET", asset)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert shop.request("GET", asset.replace(".", ".0", 1)).status == 404

    def test_the_sign_in_page_leads_here(self, visit: Visit, shop: Shop) -> None:
        page = visit.open("/")
        page.get_by_role("link", name="API documentation").click()
        assert page.url == shop.server.base + DOCS

    @pytest.mark.parametrize("path", [DOCS, GUIDE])
    @pytest.mark.parametrize("width", [320, 390, 700, 820, 1000, 1280])
    def test_it_fits_the_window(self, visit: Visit, width: int, path: str) -> None:
        visit.page.set_viewport_size({"width": width, "height": 844})
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") == width


class TestMenu:
    """The places of the page, in a window too narrow for a rail."""

    @pytest.fixture
    def page(self, visit: Visit) -> Page:
        visit.page.set_viewport_size(PHONE)
        return visit.open(DOCS)

    def test_a_wide_window_shows_the_rail_a_narrow_one_the_menu(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        rail, menu = page.locator("nav.contents"), page.locator(".contents-menu summary")
        expect(rail).to_be_visible()
        expect(menu).to_be_hidden()
        page.set_viewport_size(PHONE)
        expect(rail).to_be_hidden()
        expect(menu).to_be_visible()

    def test_it_leads_to_a_place_and_closes(self, page: Page) -> None:
        page.locator(".contents-menu summary").click()
        page.locator(".contents-menu").get_by_role("link", name="Redeem stamp").click()
        expect(page.locator(".contents-menu nav")).to_be_hidden()
        expect(page.locator("#redeemStamp h2")).to_be_in_viewport()

    def test_escape_and_a_touch_elsewhere_close_it(self, page: Page) -> None:
        summary, places = page.locator(".contents-menu summary"), page.locator(".contents-menu nav")
        summary.click()
        expect(places).to_be_visible()
        page.keyboard.press("Escape")
        expect(places).to_be_hidden()
        expect(summary).to_be_focused()
        summary.click()
        page.locator("h1").dispatch_event("click")
        expect(places).to_be_hidden()

    def test_without_scripts_it_opens_and_does_not_follow(self, visit_without_scripts: Visit) -> None:
        page = visit_without_scripts.page
        page.set_viewport_size(PHONE)
        visit_without_scripts.open(DOCS)
        page.locator(".contents-menu summary").click()
        page.locator(".contents-menu").get_by_role("link", name="Redeem stamp").click()
        expect(page.locator("#redeemStamp h2")).to_be_in_viewport()
        expect(page.locator(".contents-menu nav")).not_to_be_in_viewport()


class TestWithoutScripts:
    def test_it_reads_the_same_and_shows_no_dead_button(self, visit_without_scripts: Visit, visit: Visit) -> None:
        plain, scripted = visit_without_scripts.open(DOCS), visit.open(DOCS)
        assert texts(plain, "main p, main td, main pre") == texts(scripted, "main p, main td, main pre")
        assert plain.locator("button:visible").count() == 0
        assert scripted.locator("button:visible").count() > 0


def _no_clipboard(page: Page) -> None:
    """As on a plain http address that is not localhost."""
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")


class TestCopying:
    @pytest.mark.parametrize("prepare", [lambda _: None, _no_clipboard], ids=["clipboard", "no clipboard"])
    def test_the_button_copies_the_command_and_says_so(self, visit: Visit, prepare: Callable[[Page], None]) -> None:
        prepare(visit.page)
        page = visit.open(DOCS)
        button = page.get_by_role("button", name="Copy").first
        command = page.locator(CODE).first.inner_text()
        button.click()
        expect(page.locator("[data-state=copied]")).to_have_text("Copied")
        expect(page.get_by_role("status")).to_have_text("Copied")
        reader = page.context.new_page()
        reader.goto(page.url)
        reader.bring_to_front()
        assert reader.evaluate("navigator.clipboard.readText()").strip() == command.strip()
        page.bring_to_front()
        expect(page.locator("[data-state=copied]")).to_have_count(0)
        expect(button).to_have_text("Copy")


class TestTheme:
    PAPER = "getComputedStyle(document.body).backgroundColor"
    LIGHT, DARK = "rgb(251, 249, 245)", "rgb(22, 20, 15)"

    def test_it_follows_the_system(self, visit: Visit) -> None:
        page = visit.page
        page.emulate_media(color_scheme="dark")
        visit.open(DOCS)
        assert page.evaluate(self.PAPER) == self.DARK
        page.emulate_media(color_scheme="light")
        assert page.evaluate(self.PAPER) == self.LIGHT

    def test_the_switch_overrules_it_and_is_remembered(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        switch = page.get_by_role("button", name="Theme")
        switch.click()
        expect(switch).to_have_accessible_name("Theme: Light. Change it")
        switch.click()
        assert page.evaluate(self.PAPER) == self.DARK
        page.reload()
        assert page.evaluate(self.PAPER) == self.DARK
        switch.click()
        assert page.evaluate(self.PAPER) == self.LIGHT
        expect(switch).to_have_text("Auto")
