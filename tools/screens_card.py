"""The customer's page: every state, six languages, any number of marks, long titles, large text."""

from datetime import UTC, datetime, timedelta
from typing import Any

from camera import Camera
from playwright.sync_api import Page
from shown_shop import PASSWORD, ShownShop

LANGUAGES = ("en", "ko", "ja", "de", "fr", "es")
GOALS = (1, 2, 3, 5, 7, 10, 12, 20, 37, 50, 100)
PHONES = ("small", "phone")
LONG = "Donaudampfschifffahrtsgesellschaftskapitaenspatentausstellungsbehoerdenstempelkarte mit Kaffee"


def shoot(camera: Camera, shop: ShownShop) -> None:
    today = datetime.now(UTC).date()
    card = shop.new_card(
        cardTtl="Ten coffees, one free",
        rewardTtl="a free Americano",
        url="https://beans.example/menu",
        onsiteYn="Y",
        onsitePwd=PASSWORD,
        renewYn="Y",
    )
    found = {name: shop.new_stamp(card, marks=marks) for name, marks in (("new", 0), ("some", 4), ("last", 9), ("full", 10))}
    found["redeemed"] = shop.new_stamp(card, marks=10)
    shop.ask("PUT", "stamp/v1/redeem", {"stampIdx": found["redeemed"], "onsitePwd": PASSWORD})
    days: dict[str, dict[str, Any]] = {
        "later": {"strtYmd": str(today + timedelta(days=3))},
        "expired": {"strtYmd": str(today - timedelta(days=30)), "endYmd": str(today - timedelta(days=1))},
        "inactive": {"activeYn": "N"},
    }
    found |= {name: shop.new_stamp(card, marks=2, **fields) for name, fields in days.items()}
    for name, stamp in found.items():
        path = f"/stamp/{shop.code(stamp)}"
        camera.shoot(f"card-{name}", path)
        for language in LANGUAGES[1:]:
            camera.shoot(f"card-{name}-{language}", path, sizes=("phone",), themes=("light",), language=language)
    some = f"/stamp/{shop.code(found['some'])}"
    _shoot_actions(camera, some)
    for goal in GOALS:
        stamp = shop.new_stamp(shop.new_card(cardTtl=f"{goal} to go", rewardTtl="a cake", maxStamps=goal), marks=goal // 2)
        camera.shoot(f"card-of-{goal}", f"/stamp/{shop.code(stamp)}", sizes=("phone", "desktop"), themes=("light",))
    _shoot_rewards(camera, shop)
    _shoot_staff(camera, shop)
    long = shop.new_card(cardTtl=LONG, rewardTtl="a very long reward " * 8, maxStamps=12)
    camera.shoot("card-long", f"/stamp/{shop.code(shop.new_stamp(long, marks=5))}")
    for name in ("some", "full"):
        camera.shoot(f"card-{name}-large", f"/stamp/{shop.code(found[name])}", sizes=PHONES, text=200)


def _shoot_rewards(camera: Camera, shop: ShownShop) -> None:
    """Rewards on the way: one, three, ten; ahead, ready and handed out."""
    for goal, places in ((10, (5,)), (10, (3, 5, 8)), (30, range(2, 22, 2)), (100, range(5, 100, 10))):
        rewards = [{"stamps": place, "rewardTtl": f"reward {place}"} for place in places]
        card = shop.new_card(cardTtl=f"{goal} to go", rewardTtl="a coffee", maxStamps=goal, rewards=rewards)
        stamp = shop.new_stamp(card, marks=goal // 2)
        if len(rewards) > 1:
            shop.ask("PUT", "stamp/v1/redeem", {"stampIdx": stamp, "reward": rewards[0]["stamps"]})
        name = f"card-of-{goal}-with-{len(rewards)}-rewards"
        camera.shoot(name, f"/stamp/{shop.code(stamp)}", sizes=("phone", "desktop"))


def _shoot_staff(camera: Camera, shop: ShownShop) -> None:
    """The staff sheet with rewards to hand out and a location to choose, and what is left of a merged card."""
    places = [shop.ask("POST", "location/v1/create", {"locationNm": name}) for name in ("Harbour", "Airport")]
    rewards = [{"stamps": 3, "rewardTtl": "a cookie"}, {"stamps": 5, "rewardTtl": "a slice of carrot cake"}]
    card = shop.new_card(
        cardTtl="Ten coffees, one free",
        rewardTtl="a free Americano",
        rewards=rewards,
        carryYn="Y",
        onsiteYn="Y",
        onsitePwd=PASSWORD,
        locationIdxs=places,
    )

    def staff(page: Page) -> None:
        page.click("[data-opens='staff']")

    for name, marks in (("owed", 5), ("full", 10)):
        path = f"/stamp/{shop.code(shop.new_stamp(card, marks=marks))}"
        camera.shoot(f"card-staff-{name}", path, whole=False, do=staff)
        camera.shoot(f"card-staff-{name}-page", f"{path}/staff", themes=("light",))
        camera.shoot(f"card-staff-{name}-ko", path, sizes=("phone",), themes=("light",), language="ko", whole=False, do=staff)
    source, target = (shop.new_stamp(card, marks=2) for _ in range(2))
    shop.ask("PUT", "stamp/v1/merge", {"fromStampIdx": source, "intoStampIdx": target})
    shop.ask("DELETE", "stamp/v1/delete", stampIdx=target)
    camera.shoot("card-merged", f"/stamp/{shop.code(source)}")


def _shoot_actions(camera: Camera, path: str) -> None:
    def staff(page: Page) -> None:
        page.click("[data-opens='staff']")

    def wrong(page: Page) -> None:
        page.fill("#password", "wrong")
        page.click("main button")

    def qr(page: Page) -> None:
        page.click("[data-opens='code']")
        page.locator("#code img").evaluate("(image) => image.decode()")

    camera.shoot("card-staff", path, whole=False, do=staff)
    camera.shoot("card-staff-wrong", f"{path}/staff", sizes=PHONES, themes=("light",), do=wrong)
    camera.shoot("card-qr", path, do=qr)
    camera.shoot("card-nothing", "/stamp/0000000000000000")
    camera.shoot("card-pin-choose", f"{path}/pin/choose", sizes=PHONES)
