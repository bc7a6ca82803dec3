"""The API's documentation: a hundred screens long; these are its kinds of places."""

from camera import Camera
from playwright.sync_api import Page
from shown_shop import ShownShop

PAGES = {
    "api-docs": "/api/docs",
    "api-docs-endpoints": "/api/docs#endpoints",
    "api-docs-body": "/api/docs#addMarks",
    "api-docs-fields": "/api/docs#createStamp-fields",
    "api-docs-query": "/api/docs#listStamps",
    "api-docs-object": "/api/docs#object-Stamp",
    "api-docs-errors": "/api/docs#errors",
    "api-docs-guide": "/api/docs/webhooks",
}


def shoot(camera: Camera, _shop: ShownShop) -> None:
    for name, path in PAGES.items():
        camera.shoot(name, path, whole=False)
    camera.shoot("api-docs-search", "/api/docs", whole=False, do=_search)
    camera.shoot("api-docs-php", "/api/docs#createStamp", whole=False, do=_choose_php)


def _search(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("endYmd")
    page.get_by_role("option").first.wait_for()


def _choose_php(page: Page) -> None:
    page.locator("#createStamp").get_by_role("radio", name="PHP").first.check()
