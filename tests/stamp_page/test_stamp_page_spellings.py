"""The address of a card as people and messengers write it: it leads to the clean one, and is no guess."""

from urllib.parse import quote

import pytest

from kit import stamps
from kit.dashboard_client import DashboardPage
from kit.people import add_domain
from kit.shop import Shop
from stampwell.core.codes import new_stamp_code
from stampwell.stamp_page.miss_limiter import MOST_MISSES

pytestmark = pytest.mark.one_database

SIGNS = ["/", "//", ".", ",", ")", "%22", "%3E", "%20", "+", "%0D%0A", "/.", ").", "%EF%BC%89", "%E3%80%82", "%E2%80%8B", "%2F"]


@pytest.fixture
def code(shop: Shop) -> str:
    """Of a stamp with two marks, on a card that is marked on the customer's phone."""
    card = stamps.make_card(shop, onsiteYn="Y", onsitePwd="latte77")
    return stamps.code_of(shop, stamps.issue(shop, card, marks=2))


def open_card(shop: Shop, address: str) -> DashboardPage:
    return shop.stranger().send("GET", f"/stamp/{address}")


def spellings_of(code: str) -> list[str]:
    groups = [code[at : at + 4] for at in range(0, 16, 4)]
    joined = [sign.join(groups) for sign in ("-", "%20", "+", "%C2%A0", "%E2%80%93")]
    wide = quote("".join(chr(ord(char) + 0xFEE0) for char in code))
    return [code.lower(), *joined, "-".join(groups).lower(), wide, f"/{code}", f"%22{code}", f"%E2%80%8E{code}"]


class TestCleanAddress:
    @pytest.mark.parametrize("sign", SIGNS)
    def test_what_a_messenger_puts_behind_it_is_taken_off(self, shop: Shop, code: str, sign: str) -> None:
        page = open_card(shop, f"{code}{sign}")
        assert (page.status, page.location) == (301, f"/stamp/{code}")
        assert "2 of 3 stamps" in shop.stranger().get(page.location).text

    def test_every_spelling_leads_there(self, shop: Shop, code: str) -> None:
        for spelled in spellings_of(code):
            page = open_card(shop, spelled)
            assert (page.status, page.location) == (301, f"/stamp/{code}"), spelled

    def test_the_answer_is_not_kept_and_tells_no_address(self, shop: Shop, code: str) -> None:
        headers = open_card(shop, code.lower()).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"

    def test_a_query_stays(self, shop: Shop, code: str) -> None:
        assert open_card(shop, f"{code}/?lang=ko&x=%0A").location == f"/stamp/{code}?lang=ko&x=%0A"

    @pytest.mark.parametrize("tail", ["staff", "version", "qr.svg", "qr.png", "preview.png", "app.webmanifest", "pin/choose"])
    def test_what_belongs_to_the_card_has_one_address_too(self, shop: Shop, code: str, tail: str) -> None:
        for spelled in (f"{code.lower()}/{tail}", f"{code}/{tail}/", f"{code}/{tail})."):
            page = open_card(shop, spelled)
            assert (page.status, page.location) == (301, f"/stamp/{code}/{tail}"), spelled
        assert open_card(shop, f"{code}/{tail}").status == 200

    def test_news_of_a_card_too(self, shop: Shop, code: str) -> None:
        page = open_card(shop, f"{code.lower()}/events?seen=1")
        assert (page.status, page.location) == (301, f"/stamp/{code}/events?seen=1")

    def test_a_form_arrives_as_it_was_sent(self, shop: Shop, code: str) -> None:
        phone = shop.stranger()
        form = phone.get(f"/stamp/{code}/pin/choose").form(f"/stamp/{code}/pin/choose")
        filled = [*(pair for pair in form.values if pair[0] not in {"pin", "again"}), ("pin", "4071"), ("again", "4071")]
        page = phone.post(f"/stamp/{code.lower()}/pin/choose", filled)
        assert (page.status, page.location) == (308, f"/stamp/{code}/pin/choose")
        assert phone.post(page.location, filled).status == 303
        assert "Open card" in shop.stranger().get(f"/stamp/{code}").text

    def test_a_card_with_a_pin_tells_no_more_than_before(self, shop: Shop, code: str) -> None:
        phone = shop.stranger()
        phone.submit(phone.get(f"/stamp/{code}/pin/choose"), f"/stamp/{code}/pin/choose", pin="4071", again="4071")
        page = open_card(shop, code.lower())
        assert (page.status, page.content) == (301, b"")
        assert "marks" not in shop.stranger().get(page.location).text

    def test_the_way_to_its_own_domain_is_one_step(self, shop: Shop) -> None:
        add_domain(shop.data, shop.charlie.account_id, "https://cards.charlie.example", now_us=shop.clock.now_us())
        number = stamps.issue(shop, shop.charlie.card_id, by=shop.charlie, domain="https://cards.charlie.example")
        code = stamps.code_of(shop, number, by=shop.charlie)
        page = shop.stranger().send("GET", f"/stamp/{code.lower()}/?lang=de", headers={"Host": "vvd.bz"})
        assert (page.status, page.location) == (302, f"https://cards.charlie.example/stamp/{code}?lang=de")

    @pytest.mark.parametrize("tail", ["nonsense", "a%3Fx=1", "a%0D%0AX-Header:%20b", "a%E2%98%95b", "a%25b", "a;b", "a//b"])
    def test_what_a_card_does_not_have_is_not_there(self, shop: Shop, code: str, tail: str) -> None:
        assert open_card(shop, f"{code}/{tail}").status == 404
        page = open_card(shop, f"{code.lower()}/{tail}")
        assert page.headers["X-Header"] is None
        if page.status == 301:
            page = shop.stranger().get(page.location)
        assert page.status == 404

    @pytest.mark.parametrize("name", ["A" * 15, "A" * 17, "ZJLF_0399_WQBE_QZJM", "1347", "%00", "%F0%9F%98%80", "%ff" * 16])
    def test_what_is_no_code_is_not_there(self, shop: Shop, name: str) -> None:
        assert open_card(shop, name).status == 404
        assert open_card(shop, f"{name}/?x=%ff").status == 404


class TestGuessing:
    def test_no_spelling_of_a_card_locks_a_whole_cafe_out(self, own_shop: Shop) -> None:
        code = stamps.code_of(own_shop, stamps.issue(own_shop, own_shop.alice.card_id))
        near = [*spellings_of(code), *(f"{code}{sign}" for sign in SIGNS), f"{code}/nonsense", f"{code}/qr.svg/", code[:-1]]
        for spelled in [f"{code}/"] * (MOST_MISSES + 5) + near * 3:
            assert open_card(own_shop, spelled).status in {301, 404}, spelled
        assert open_card(own_shop, code).status == 200
        assert own_shop.metric("stampwell_stamp_page_misses_total") == 0

    def test_a_code_of_nobody_is_a_guess_in_every_spelling(self, own_shop: Shop) -> None:
        spelled = ["{}", "{}/", "{}.", "{}/qr.svg", "{}/nonsense"]
        statuses = [
            open_card(own_shop, spelled[number % len(spelled)].format(new_stamp_code().lower())).status
            for number in range(MOST_MISSES + 1)
        ]
        assert statuses == [404] * MOST_MISSES + [429]
