"""`/api/docs` in a real browser, and the commands on it in a real shell."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from browsing import Visit
from playwright.sync_api import Page, expect

from kit.shop import CREATE, Shop

DOCS = "/api/docs"
PLACEHOLDER = "sk_live_YOUR_KEY"
CODE = "pre:has(mark)"


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def document_of(shop: Shop) -> dict[str, Any]:
    served: dict[str, Any] = shop.request("GET", "/api/openapi.json").json
    return served


class TestContents:
    def test_it_says_what_it_is(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        expect(page).to_have_title("Stampwell API")
        expect(page.get_by_role("heading", level=1)).to_have_text("A stamp in one request")
        assert texts(page, "main h2") == ["Authentication", "Answers", "Conventions", "Create stamp", "Errors"]

    def test_the_field_table_has_every_field_of_the_body(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        body = document_of(shop)["components"]["schemas"]["CreateStamp"]
        rows = [row.split("\t") for row in texts(page, "#createStamp .fields tbody tr")]
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

    def test_every_link_leads_somewhere(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        links = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
        ids = set(page.eval_on_selector_all("[id]", "elements => elements.map(element => element.id)"))
        assert {link[1:] for link in links if link.startswith("#")} <= ids
        for path in {link for link in links if not link.startswith("#")}:
            assert shop.request("GET", path).status == 200

    def test_no_id_is_given_twice(self, visit: Visit) -> None:
        page = visit.open(DOCS)
        ids = page.eval_on_selector_all("[id]", "elements => elements.map(element => element.id)")
        assert len(ids) == len(set(ids))


class TestCommands:
    def test_every_curl_creates_a_stamp_once_the_key_is_put_in(self, visit: Visit, shop: Shop) -> None:
        commands = texts(visit.open(DOCS), CODE)
        assert len(commands) == 2
        for command in commands:
            assert f"curl {shop.server.base}{CREATE} \\\n" in command
            run = subprocess.run(
                ["/bin/bash", "-c", command.replace(PLACEHOLDER, shop.alice.key)],
                capture_output=True,
                text=True,
                timeout=20,
                check=True,
            )
            answer = json.loads(run.stdout)
            assert (answer["code"], answer["message"]) == (0, "")
            assert isinstance(answer["result"], int)

    def test_with_the_placeholder_it_says_that_the_key_is_wrong(self, visit: Visit) -> None:
        command = texts(visit.open(DOCS), CODE)[0]
        run = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, timeout=20, check=True)
        assert json.loads(run.stdout)["code"] == 40102

    @pytest.mark.parametrize("host", ["$(reboot)", "a b", "x'y", "", "stamps.example.com/x"])
    def test_a_host_that_cannot_be_one_gets_into_no_command(self, shop: Shop, host: str) -> None:
        answer = shop.request("GET", DOCS, headers={"Host": host})
        assert answer.status == 200
        assert f"curl https://stampwell.example{CREATE} " in answer.content.decode()

    def test_the_host_is_the_one_that_was_asked(self, shop: Shop) -> None:
        answer = shop.request("GET", DOCS, headers={"Host": "stamps.example.com:8443"})
        assert f"curl http://stamps.example.com:8443{CREATE} " in answer.content.decode()


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

    def test_the_policy_allows_nothing_but_our_own_files(self, shop: Shop) -> None:
        policy = shop.request("GET", DOCS).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'")
        assert "unsafe" not in policy

    def test_assets_may_be_kept_for_good_because_their_names_change(self, visit: Visit, shop: Shop) -> None:
        visit.open(DOCS)
        assets = sorted({url.removeprefix(shop.server.base) for url in visit.requested if "/assets/" in url})
        assert [asset.rsplit(".", 1)[1] for asset in assets] == ["js", "css", "svg", "js", "css"]
        for asset in assets:
            answer = shop.request("GET", asset)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert shop.request("GET", asset.replace(".", ".0", 1)).status == 404

    def test_the_front_door_leads_here(self, visit: Visit, shop: Shop) -> None:
        page = visit.open("/")
        assert page.url == shop.server.base + DOCS

    @pytest.mark.parametrize("width", [320, 390, 700, 1000, 1280])
    def test_it_fits_the_window(self, visit: Visit, width: int) -> None:
        visit.page.set_viewport_size({"width": width, "height": 844})
        page = visit.open(DOCS)
        assert page.evaluate("document.documentElement.scrollWidth") == width


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
