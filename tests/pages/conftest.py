"""A shop and a browser to look at it with."""

from collections.abc import Iterator

import pytest
from browsing import Visit
from playwright.sync_api import Browser, sync_playwright

from kit.databases import Databases
from kit.shop import Shop

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def shop(databases: Databases) -> Iterator[Shop]:
    opened = Shop(databases.fresh("sqlite"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(shop: Shop) -> Iterator[Browser]:
    """Opened after the shop and closed before it: while it is open, its event loop occupies the thread."""
    assert shop
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    """A visit of the shop's pages in a fresh browser profile that may use the clipboard."""
    context = browser.new_context(base_url=shop.server.base, viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shop.server.base)
    yield Visit(context.new_page(), shop.server.base)
    context.close()


@pytest.fixture
def visit_without_scripts(browser: Browser, shop: Shop) -> Iterator[Visit]:
    context = browser.new_context(java_script_enabled=False)
    yield Visit(context.new_page(), shop.server.base)
    context.close()
