"""Which address leads to which stamp: by its code alone, on its own domain, and never by guessing."""

from urllib.parse import quote

import pytest

from kit.people import add_domain
from kit.shop import Shop, least
from stampwell.core.codes import new_stamp_code
from stampwell.stamp_page.miss_limiter import MOST_MISSES

DOMAIN = "https://cards.charlie.example"
HOST = {"Host": "cards.charlie.example"}


def code_of(shop: Shop, stamp_idx: int) -> str:
    found = shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp_idx).result
    return str(found["code"])


@pytest.fixture
def code(own_shop: Shop) -> str:
    return code_of(own_shop, own_shop.create(own_shop.alice, least()).result)


@pytest.fixture
def charlies(own_shop: Shop) -> str:
    """The code of a stamp on Charlie's own domain."""
    shop = own_shop
    add_domain(shop.data, shop.charlie.account_id, DOMAIN, now_us=shop.clock.now_us())
    body = {**least(cardIdx=shop.charlie.card_id), "domain": DOMAIN}
    number = shop.create(shop.charlie, body).result
    return str(shop.get("/api/stamp/v1/get", shop.charlie, stampIdx=number).result["code"])


class TestCode:
    def test_a_stamp_is_found_by_its_code(self, own_shop: Shop, code: str) -> None:
        page = own_shop.stranger().get(f"/stamp/{code}")
        assert page.status == 200
        assert "0 of 10 stamps" in page.text

    @pytest.mark.one_database
    @pytest.mark.parametrize("name", ["1", "0", "1347", "abc", "%00", "..", "0" * 16, "é" * 16, "A" * 5000])
    def test_what_is_no_code_is_answered_as_a_code_of_nobody(self, own_shop: Shop, name: str) -> None:
        stranger = own_shop.stranger()
        nobodys, other = stranger.get(f"/stamp/{new_stamp_code()}"), stranger.get(f"/stamp/{quote(name, safe='%')}")
        assert (nobodys.status, other.status) == (404, 404)
        # But for where the links of the languages lead, which is relative.
        assert nobodys.content == other.content

    def test_the_page_cannot_be_framed_indexed_or_kept_and_tells_no_address(self, own_shop: Shop, code: str) -> None:
        headers = own_shop.stranger().get(f"/stamp/{code}").headers
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.one_database
class TestGuessing:
    def test_guesses_are_throttled_and_counted(self, own_shop: Shop) -> None:
        stranger = own_shop.stranger()
        statuses = [stranger.get(f"/stamp/{new_stamp_code()}").status for _ in range(MOST_MISSES + 20)]
        assert statuses == [404] * MOST_MISSES + [429] * 20
        assert own_shop.metric("stampwell_stamp_page_misses_total") == MOST_MISSES
        assert own_shop.metric("stampwell_stamp_page_throttled_total") == 20

    def test_after_too_many_it_says_how_long_to_wait(self, own_shop: Shop) -> None:
        stranger = own_shop.stranger()
        for _ in range(MOST_MISSES):
            stranger.get(f"/stamp/{new_stamp_code().lower()}/")
        page = stranger.get(f"/stamp/{new_stamp_code()}")
        assert page.status == 429
        assert 0 < int(page.headers["Retry-After"]) <= 600

    def test_a_card_that_is_there_is_shown_all_the_same(self, own_shop: Shop, code: str) -> None:
        """Others share the network with whoever guesses."""
        stranger = own_shop.stranger()
        for _ in range(MOST_MISSES + 5):
            stranger.get(f"/stamp/{new_stamp_code()}")
        assert stranger.get(f"/stamp/{new_stamp_code()}").status == 429
        page = stranger.get(f"/stamp/{code}")
        assert (page.status, "0 of 10 stamps" in page.text) == (200, True)

    def test_what_can_be_no_code_is_no_guess(self, own_shop: Shop) -> None:
        stranger = own_shop.stranger()
        assert {stranger.get(f"/stamp/{name}").status for name in ("abc", "1", "x" * 40) * MOST_MISSES} == {404}
        assert stranger.get(f"/stamp/{new_stamp_code()}").status == 404

    def test_looking_at_a_card_again_and_again_is_no_guessing(self, own_shop: Shop, code: str) -> None:
        stranger = own_shop.stranger()
        assert {stranger.get(f"/stamp/{code}").status for _ in range(MOST_MISSES * 2)} == {200}


class TestDomains:
    def test_a_custom_domain_shows_its_accounts_stamps(self, own_shop: Shop, charlies: str) -> None:
        assert own_shop.stranger().send("GET", f"/stamp/{charlies}", headers=HOST).status == 200

    @pytest.mark.usefixtures("charlies")
    def test_a_custom_domain_shows_no_other_accounts_stamps(self, own_shop: Shop, code: str) -> None:
        page = own_shop.stranger().send("GET", f"/stamp/{code}", headers=HOST)
        nobodys = own_shop.stranger().send("GET", f"/stamp/{new_stamp_code()}", headers=HOST)
        assert (page.status, page.content) == (404, nobodys.content)

    @pytest.mark.parametrize("host", ["vvd.bz", "other.example", "cards.charlie.example.evil.example"])
    def test_a_stamp_opened_elsewhere_is_sent_to_its_own_domain(self, own_shop: Shop, charlies: str, host: str) -> None:
        page = own_shop.stranger().send("GET", f"/stamp/{charlies}", headers={"Host": host})
        assert (page.status, page.location) == (302, f"{DOMAIN}/stamp/{charlies}")

    @pytest.mark.usefixtures("charlies")
    def test_a_stamp_on_the_default_domain_is_sent_there_from_the_custom_one(self, own_shop: Shop) -> None:
        shop = own_shop
        number = shop.create(shop.charlie, least(cardIdx=shop.charlie.card_id)).result
        code = shop.get("/api/stamp/v1/get", shop.charlie, stampIdx=number).result["code"]
        page = shop.stranger().send("GET", f"/stamp/{code}", headers=HOST)
        assert (page.status, page.location) == (302, f"https://vvd.bz/stamp/{code}")

    @pytest.mark.parametrize("host", ["VVD.BZ", "vvd.bz:443", "localhost:8000", "127.0.0.1", "[::1]:80"])
    def test_its_own_host_in_any_spelling_and_this_machine_show_it(self, own_shop: Shop, code: str, host: str) -> None:
        assert own_shop.stranger().send("GET", f"/stamp/{code}", headers={"Host": host}).status == 200

    def test_forms_sent_elsewhere_are_refused(self, own_shop: Shop, charlies: str) -> None:
        stranger = own_shop.stranger()
        page = stranger.post(f"/stamp/{charlies}/pin/choose", [("pin", "1234")], headers={"Host": "vvd.bz"})
        assert page.status == 403


@pytest.mark.one_database
class TestLanguages:
    @pytest.mark.parametrize("tag", ["en", "ko", "ja", "de", "fr", "es"])
    def test_the_browsers_language_is_spoken(self, own_shop: Shop, code: str, tag: str) -> None:
        page = own_shop.stranger().send("GET", f"/stamp/{code}", headers={"Accept-Language": tag})
        assert page.headers["Content-Language"] == tag
        assert f'<html lang="{tag}"' in page.html

    def test_a_language_that_was_chosen_stays(self, own_shop: Shop, code: str) -> None:
        phone = own_shop.stranger()
        assert phone.get(f"/stamp/{code}", lang="de").headers["Content-Language"] == "de"
        assert phone.get(f"/stamp/{code}").headers["Content-Language"] == "de"
        assert phone.get(f"/stamp/{code}", lang="tlh").headers["Content-Language"] == "de"
