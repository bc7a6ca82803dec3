"""Rewards on the way on the customer's page: named with what became of them, in every language, and in previews."""

import pytest

from kit import stamps
from kit.dashboard_client import DashboardPage
from kit.shop import Shop
from kit.stamps import code_of

REWARDS = [{"stamps": 3, "rewardTtl": "a <b>cookie</b>"}, {"stamps": 6, "rewardTtl": "a cake"}]


@pytest.fixture
def card(shop: Shop) -> int:
    body = {"cardNm": "Coffee", "maxStamps": 8, "rewardTtl": "a coffee", "rewards": REWARDS}
    number: int = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=body).result
    return number


def _page(shop: Shop, stamp: int, language: str = "en") -> DashboardPage:
    path = f"/stamp/{code_of(shop, stamp)}"
    return shop.stranger().send("GET", path, headers={"Accept-Language": language})


def _hand_out(shop: Shop, stamp: int, **fields: object) -> None:
    assert shop.put("/api/stamp/v1/redeem", shop.alice, stampIdx=stamp, **fields).result is None


def test_from_the_first_mark_to_the_last_reward(shop: Shop, card: int) -> None:
    stamp = stamps.issue(shop, card, marks=2)
    page = _page(shop, stamp)
    assert "1 more for a <b>cookie</b>, 6 more for a coffee" in page.text
    assert "3 stamps: a <b>cookie</b> 6 stamps: a cake 8 stamps: a coffee" in page.text
    assert "<b>cookie" not in page.html
    assert "face-next face-gift" in page.html
    stamps.do(shop, "add", stamp)
    page = _page(shop, stamp)
    assert "A reward is ready. Show your code in the shop." in page.text
    assert "3 of 8 stamps. Ready: a <b>cookie</b>. 3 more for a cake, 5 more for a coffee" in page.text
    assert page.html.count("face-gift face-due") == 1
    _hand_out(shop, stamp, reward=3)
    page = _page(shop, stamp)
    assert "A reward is ready" not in page.text
    assert '<li class="reward-handed-out">3 stamps: a &lt;b&gt;cookie&lt;/b&gt;, redeemed</li>' in page.html
    assert page.html.count("face-gift face-given") == 1
    stamps.do(shop, "add", stamp, count=5)
    assert "Ready: a cake, a coffee" in _page(shop, stamp).text
    _hand_out(shop, stamp)
    page = _page(shop, stamp)
    assert "6 stamps: a cake, redeemed 8 stamps: a coffee, redeemed" in page.text
    assert "face-due" not in page.html


def test_a_reward_that_is_handed_out_is_another_version_of_the_page(shop: Shop, card: int) -> None:
    stamp = stamps.issue(shop, card, marks=4)
    before, path = _page(shop, stamp).html, f"/stamp/{code_of(shop, stamp)}/version"
    versions = [shop.request("GET", path).json["version"]]
    _hand_out(shop, stamp, reward=3)
    versions.append(shop.request("GET", path).json["version"])
    assert versions[0] != versions[1]
    assert _page(shop, stamp).html != before


def test_stamps_of_a_card_that_changes_keep_theirs(shop: Shop, card: int) -> None:
    stamp = stamps.issue(shop, card, marks=2)
    assert shop.put("/api/card/v1/update", shop.alice, cardIdx=card, rewards=[]).result is None
    assert "1 more for a" in _page(shop, stamp).text
    assert "face-gift" not in _page(shop, stamps.issue(shop, card, marks=2)).html.split("</main>")[0].split("face-symbols")[0]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "도장 3개 더 모으면 a cake · 도장 5개 더 모으면 a coffee"),
        ("ja", "a cakeまであと3個、a coffeeまであと5個"),
        ("de", "Noch 3 Stempel: a cake · Noch 5 Stempel: a coffee"),
        ("fr", "Encore 3 pour a cake · Encore 5 pour a coffee"),
        ("es", "Faltan 3 para a cake · Faltan 5 para a coffee"),
    ],
)
def test_in_every_language(shop: Shop, card: int, language: str, said: str) -> None:
    page = _page(shop, stamps.issue(shop, card, marks=3), language)
    assert said in page.text
    assert "ready" not in page.text


@pytest.mark.one_database
def test_previews_of_links_show_the_gifts_and_stay_the_same_for_every_stamp(shop: Shop, card: int) -> None:
    found = {
        shop.request("GET", f"/stamp/{code_of(shop, stamps.issue(shop, card, marks=marks))}/preview.png").content
        for marks in (0, 7)
    }
    assert len(found) == 1
    plain = shop.request("POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": "Coffee", "maxStamps": 8}).result
    other = shop.request("GET", f"/stamp/{code_of(shop, stamps.issue(shop, plain))}/preview.png").content
    assert other not in found


def test_the_dashboard_shows_them_too(shop: Shop, card: int) -> None:
    stamp = stamps.issue(shop, card, marks=4)
    html = shop.dashboard().get(f"/dashboard/stamps/{stamp}").html
    assert '<p class="face-owed">Ready: a &lt;b&gt;cookie&lt;/b&gt;</p>' in html
    assert "<li>3 stamps: a &lt;b&gt;cookie&lt;/b&gt;, ready</li>" in html
