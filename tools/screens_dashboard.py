"""The dashboard: every page of the demo's shop, an empty shop, a Korean one, and forms with mistakes."""

from camera import Camera
from playwright.sync_api import Page
from shown_shop import ShownShop

LONG = "Bartholomew Featherstonehaugh-Cholmondeley of the Upper Lower Middle Riverside Terrace Gardens"
HOSTILE = '"><script>alert(1)</script>'
OPEN = {"sign-in": "/dashboard/sign-in", "forgot": "/dashboard/forgot", "link-spent": "/dashboard/join/nothing"}
EVERYWHERE = {
    "home": "/dashboard",
    "cards": "/dashboard/cards",
    "card-new": "/dashboard/cards/new",
    "stamps": "/dashboard/stamps",
    "stamps-nothing": "/dashboard/stamps?q=nobody",
    "stamp-new": "/dashboard/stamps/new",
    "bulk": "/dashboard/stamps/bulk",
    "refund": "/dashboard/stamps/refund",
    "refund-nothing": "/dashboard/stamps/refund?sale=nothing",
    "export": "/dashboard/stamps/export",
    "imports": "/dashboard/imports",
    "import-new": "/dashboard/imports/new",
    "locations": "/dashboard/locations",
    "domains": "/dashboard/domains",
    "developer": "/dashboard/developer",
    "key-new": "/dashboard/developer/keys/new",
    "requests": "/dashboard/developer/requests",
    "webhooks": "/dashboard/webhooks",
    "webhook-new": "/dashboard/webhooks/new",
    "account": "/dashboard/account",
    "audit": "/dashboard/account/audit",
    "people": "/dashboard/people",
    "profile": "/dashboard/profile",
    "missing": "/dashboard/nothing",
}
WORK = ("phone", "desktop")
_SOME = ("home", "cards", "stamps", "locations", "domains", "developer", "requests", "account", "audit", "people", "imports")


def shoot(camera: Camera, shop: ShownShop) -> None:
    for name, path in OPEN.items():
        camera.shoot(f"desk-{name}", path)
    owner = shop.sign_in(shop.links["dashboard"])
    full = shop.new_stamp(shop.card, marks=10, userNm=LONG, memo=HOSTILE)
    pages = EVERYWHERE | {
        "card": f"/dashboard/cards/{shop.card}",
        "card-edit": f"/dashboard/cards/{shop.card}/edit",
        "stamp": "/dashboard/stamps/7",
        "stamp-long": f"/dashboard/stamps/{full}",
        "stamp-edit": f"/dashboard/stamps/{full}/edit",
        "stamp-extend": f"/dashboard/stamps/{full}/extend",
        "stamp-merge": f"/dashboard/stamps/{full}/merge?q=Min-ji",
        "stamp-merge-wrong": f"/dashboard/stamps/{full}/merge?into=7",
        "stamp-delete": f"/dashboard/stamps/{full}/delete",
    }
    for name, path in pages.items():
        camera.shoot(f"desk-{name}", path, cookies=owner)
    camera.shoot("desk-card-wrong", "/dashboard/cards/new", cookies=owner, do=_wrong_card)
    camera.shoot("desk-stamp-wrong", "/dashboard/stamps/new", cookies=owner, do=_wrong_stamp)
    for language in ("ko", "ja"):
        for name, path in pages.items():
            camera.shoot(f"desk-{name}-{language}", path, cookies=owner, language=language, sizes=WORK, themes=("light",))
    _shoot_shop(camera, shop, "empty", "Empty shop", "UTC")
    _shoot_shop(camera, shop, "korean", "성수동 원두 가게", "Asia/Seoul", language="ko")


def _shoot_shop(camera: Camera, shop: ShownShop, kind: str, name: str, zone: str, *, language: str = "en") -> None:
    """A shop that was just opened."""
    account = str(shop.run("account", "create", name, "--timezone", zone)["accountIdx"])
    if kind == "korean":
        shop.run(
            "card", "create", "--account", account, "--name", "커피 열 잔", "--max-stamps", "10", "--reward", "아메리카노 한 잔"
        )
    email = f"owner@{kind}.example"
    link = shop.run("account", "invite", account, email)["link"]
    cookies: dict[str, str] = {}

    def join(page: Page) -> None:
        page.fill("input[name=name]", "김민지" if kind == "korean" else "Alice Brown")
        page.fill("input[name=password]", "correct horse battery")
        page.click("main form button")
        cookies.update({str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()})

    path = "/" + str(link).split("/", 3)[3]
    camera.shoot(f"desk-{kind}-join", path, language=language, sizes=("phone",), themes=("light",))
    camera.shoot(f"desk-{kind}-joined", path, language=language, sizes=("desktop",), themes=("light",), do=join)
    for page in _SOME:
        camera.shoot(f"desk-{kind}-{page}", EVERYWHERE[page], cookies=cookies, language=language, sizes=WORK)
    _shoot_second_shop(camera, shop, kind, email, cookies, language=language)


def _shoot_second_shop(
    camera: Camera, shop: ShownShop, kind: str, email: str, cookies: dict[str, str], *, language: str
) -> None:
    """The owner of a shop is invited to another one, and then has two."""
    other = str(shop.run("account", "create", f"{kind} branch", "--timezone", "UTC")["accountIdx"])
    path = "/" + str(shop.run("account", "invite", other, email)["link"]).split("/", 3)[3]
    proof = "/" + str(shop.run("person", "address-link", email)["link"]).split("/", 3)[3]

    def show(page: Page) -> None:
        page.click("a[href$='/sign-in']")

    def join(page: Page) -> None:
        show(page)
        page.fill("input[name=own]", "correct horse battery")
        page.click("main form button")

    camera.shoot(f"desk-{kind}-address", proof, cookies=cookies, language=language, sizes=WORK)
    camera.shoot(f"desk-{kind}-join-again", path, language=language, sizes=WORK, do=show)
    camera.shoot(f"desk-{kind}-joined-again", path, language=language, sizes=("phone",), themes=("light",), do=join)
    camera.shoot(f"desk-{kind}-two-shops", "/dashboard/profile", cookies=cookies, language=language, sizes=WORK)


def _wrong_card(page: Page) -> None:
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#maxStamps", "1000")
    page.fill("#url", "http://plain.example")
    page.click("main form .actions button")


def _wrong_stamp(page: Page) -> None:
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#userEml", "no address")
    page.fill("#strtYmd", "2030-01-01")
    page.fill("#endYmd", "2029-01-01")
    page.click("main form .actions button")
