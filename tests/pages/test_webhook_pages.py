"""Webhooks in a real browser: one is added, its secret copied, a test sent and watched; every page for everybody."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, walked_through
from playwright.sync_api import Browser, expect

from kit.databases import Databases
from kit.hooks import ALLOW, Hooks, Reply, add_webhook
from kit.shop import Shop
from kit.stamps import issue

LIST = "/dashboard/webhooks"
SIZES = ((390, 844), (1280, 800))
LONG = "https://erp.example/" + "integrations-of-the-upper-lower-middle-riverside-terrace/" * 3


@pytest.fixture(scope="module")
def hooks() -> Iterator[Hooks]:
    with Hooks(lambda received: Reply(503 if received.path == "/ill" else 200, text="B" * 500)) as listening:
        yield listening


@pytest.fixture(scope="module")
def shop(databases: Databases) -> Iterator[Shop]:
    opened = Shop(databases.fresh("sqlite"), webhook_allow=ALLOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    """The session of an owner, made while no browser occupies the thread."""
    return shop.dashboard().cookies["stampwell"]


@pytest.fixture(scope="module")
def webhooks(shop: Shop, hooks: Hooks) -> list[int]:
    """One that fails, one that was switched off by that, and one that is off."""
    ill = add_webhook(shop, hooks.url.replace("/stampwell", "/ill"), event_types=("stamp.issued",), card_id=shop.alice.card_id)
    gone = add_webhook(shop, LONG, active=False, failing_since=1)
    off = add_webhook(shop, LONG, active=False, description="A description of many words " * 7)
    issue(shop, shop.alice.card_id)
    hooks.until(1)
    return [webhook.webhook_id for webhook in (ill, gone, off)]


@pytest.fixture(scope="module")
def browser(session: str, webhooks: list[int], browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert session
    assert webhooks
    return browser


@pytest.fixture
def visit(shop: Shop, session: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(base_url=shop.server.base, **getattr(request, "param", {}))
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shop.server.base)
    context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    yield Visit(context.new_page(), shop.server.base)
    context.close()


@pytest.mark.parametrize(
    "visit",
    [
        {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        for width, height in SIZES
        for theme in ("light", "dark")
    ],
    indirect=True,
    ids=str,
)
def test_axe_finds_nothing_and_everything_fits(visit: Visit, webhooks: list[int]) -> None:
    ill, gone, off = (f"{LIST}/{number}" for number in webhooks)
    for path in (
        LIST,
        f"{LIST}/new",
        ill,
        gone,
        off,
        *(f"{ill}/{page}" for page in ("edit", "resend", "rotate")),
        f"{gone}/delete",
    ):
        page = visit.open(path)
        found = Axe().run(page).response["violations"]
        assert [(path, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert (path, *walked_through(page)) == (path, [], [])
    assert (visit.complaints, visit.strangers, visit.page.evaluate("violations")) == ([], [], [])


def test_from_adding_one_to_its_first_answer(visit: Visit, hooks: Hooks) -> None:
    page = visit.open("/dashboard/developer")
    page.get_by_role("link", name="Webhooks").click()
    page.get_by_role("link", name="Add a webhook").click()
    page.get_by_label("Address").fill(hooks.url)
    page.get_by_label("Description").fill("The web shop")
    expect(page.get_by_role("checkbox").first).to_be_hidden()
    page.get_by_label("Only these").check()
    page.get_by_label("A card is full").check()
    page.get_by_label("A card was issued").check()
    page.get_by_role("button", name="Add webhook").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret.strip()
    assert secret.startswith("whsec_")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("heading", name="The web shop")).to_be_visible()
    page.get_by_role("button", name="Send a test").click()
    # The page looks for the answer by itself.
    expect(page.locator("#attempts tbody tr")).to_have_count(1)
    expect(page.locator("#attempts tbody")).to_contain_text("200")
    page.get_by_role("link", name="Edit").click()
    assert page.get_by_label("A card is full").is_checked()
    assert not page.get_by_label("Two cards were merged").is_checked()
    assert (visit.complaints, visit.strangers) == ([], [])


def test_a_mistake_is_where_the_focus_goes(visit: Visit) -> None:
    page = visit.open(f"{LIST}/new")
    page.get_by_label("Address").fill("https://10.1.2.3/")
    page.get_by_label("Only these").check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_label("Address")).to_be_focused()
    expect(page.get_by_text("is a private address")).to_be_visible()
    expect(page.get_by_text("Choose at least one event, or send all of them.")).to_be_visible()
