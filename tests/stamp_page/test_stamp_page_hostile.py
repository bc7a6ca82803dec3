"""The customer's page when somebody means no good: texts of merchants and customers, and forms from elsewhere."""

from urllib.parse import urlencode

import pytest

from kit import stamps
from kit.hostile import PLAIN, TEXTS, skeleton
from kit.people import open_account
from kit.shop import Answer, Shop
from stampwell.core.codes import new_stamp_code

FORM = "application/x-www-form-urlencoded"


def pages_of(shop: Shop, method: str) -> list[str]:
    return [f"/stamp/{{code}}{page.tail}" for page in shop.app.stamp_pages if page.method == method]


def code_of(shop: Shop, number: int) -> str:
    return str(shop.get("/api/stamp/v1/get", shop.alice, stampIdx=number).result["code"])


def issued(shop: Shop, text: str) -> str:
    """The code of a stamp with that text wherever one may be put, of a card and a shop with it."""
    person = open_account(shop.data, now_us=shop.clock.now_us(), name=text[:90])
    card = stamps.make_card(
        shop, by=person, cardNm=text, cardTtl=text, rewardTtl=text, onsiteYn="Y", onsitePwd="latte77", maxStamps=5
    )
    texts = dict.fromkeys(("userNm", "userEtc1", "userEtc2", "memo"), text)
    body = {"cardIdx": card, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **texts}
    number = shop.create(person, body).result
    stamps.do(shop, "add", number, by=person, count=2, note=text)
    return str(shop.get("/api/stamp/v1/get", person, stampIdx=number).result["code"])


@pytest.fixture
def plain(shop: Shop) -> str:
    return issued(shop, PLAIN)


@pytest.mark.one_database
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_a_text_wherever_it_is_shown(shop: Shop, plain: str, text: str, subtests: pytest.Subtests) -> None:
    hostile, seen = issued(shop, text), 0
    for path in pages_of(shop, "GET"):
        with subtests.test(path):
            if path.endswith("/events"):
                continue
            usual = shop.request("GET", path.format(code=plain))
            if not str(usual.headers["Content-Type"]).startswith("text/html"):
                continue
            page = shop.request("GET", path.format(code=hostile))
            assert page.status == usual.status
            elements, places = skeleton(page.content.decode(), text)
            assert elements == skeleton(usual.content.decode(), PLAIN)[0], path
            seen += places
    assert seen > 0


def test_the_page_tells_nothing_of_the_customer(shop: Shop) -> None:
    number = shop.create(
        shop.alice,
        {
            "cardIdx": shop.alice.card_id,
            "strtYmd": "2026-01-01",
            "endYmd": "2026-12-31",
            "userNm": "Brown Smith",
            "userPhnno": "+1 555-0134",
            "userEml": "brown@smith.example",
            "userId": "customer-77",
            "userEtc1": "gold member",
            "memo": "owes us a cup",
        },
    ).result
    stamps.do(shop, "add", number, note="for the umbrella")
    page = shop.stranger().get(f"/stamp/{code_of(shop, number)}").html
    for secret in ("Brown", "555", "brown@", "customer-77", "gold member", "owes us", "umbrella"):
        assert secret not in page


@pytest.mark.one_database
class TestForms:
    @pytest.fixture
    def code(self, shop: Shop) -> str:
        card = stamps.make_card(shop, onsiteYn="Y", onsitePwd="latte77")
        return code_of(shop, stamps.issue(shop, card, marks=1))

    @pytest.fixture
    def token(self, shop: Shop, code: str) -> str:
        page = shop.stranger().get(f"/stamp/{code}/pin/choose")
        return dict(page.form(f"/stamp/{code}/pin/choose").values)["token"]

    def refused(self, shop: Shop, path: str, fields: dict[str, str], **headers: str) -> None:
        sent = {"Content-Type": FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
        with stamps.unchanged(shop):
            answer = _post(shop, path, fields, sent)
        assert answer.status == 403, (path, answer.content)

    def test_without_the_token_or_with_another_stamps_nothing_happens(
        self, shop: Shop, code: str, subtests: pytest.Subtests
    ) -> None:
        other = code_of(shop, stamps.issue(shop, shop.alice.card_id))
        page = shop.stranger().get(f"/stamp/{other}/pin/choose")
        others = dict(page.form(f"/stamp/{other}/pin/choose").values)["token"]
        for path in pages_of(shop, "POST"):
            with subtests.test(path):
                for token in ("", others, "0" * 32):
                    self.refused(shop, _filled(path, code), {**_fields(), "token": token})

    def test_from_another_site_nothing_happens(self, shop: Shop, code: str, token: str, subtests: pytest.Subtests) -> None:
        for path in pages_of(shop, "POST"):
            with subtests.test(path):
                fields = {**_fields(), "token": token}
                for site in ("cross-site", "same-site", "none"):
                    self.refused(shop, _filled(path, code), fields, Sec_Fetch_Site=site)
                self.refused(shop, _filled(path, code), fields, Origin="https://evil.example")

    def test_what_is_no_form_is_refused(self, shop: Shop, code: str, subtests: pytest.Subtests) -> None:
        for path in pages_of(shop, "POST"):
            with subtests.test(path):
                for kind, content in (("application/json", b"{}"), (FORM, b"a" * 300_000), ("multipart/form-data", b"x")):
                    answer = shop.request("POST", _filled(path, code), content=content, headers={"Content-Type": kind})
                    assert answer.status in (400, 413), (path, kind, answer.status)

    def test_forms_of_nobodys_stamps_are_answered_as_pages_of_nobodys(self, shop: Shop, subtests: pytest.Subtests) -> None:
        for path in pages_of(shop, "POST"):
            with subtests.test(path):
                answer = _post(shop, _filled(path, new_stamp_code()), _fields(), {"Content-Type": FORM})
                assert answer.status in (404, 429)

    def test_looking_changes_nothing(self, shop: Shop, code: str, subtests: pytest.Subtests) -> None:
        with stamps.unchanged(shop):
            for path in pages_of(shop, "GET"):
                with subtests.test(path):
                    if not path.endswith("/events"):
                        assert shop.request("GET", path.format(code=code)).status in (200, 303)


def _fields() -> dict[str, str]:
    return {"pin": "1234", "password": "latte77", "onsitePwd": "latte77", "once": "abc"}


def _filled(path: str, code: str) -> str:
    return path.replace("{code}", code).replace("{event_id:idx}", "1").replace("{event_id}", "1").replace("{marks:idx}", "1")


def _post(shop: Shop, path: str, fields: dict[str, str], headers: dict[str, str]) -> Answer:
    return shop.request("POST", path, content=urlencode(fields).encode(), headers=headers)
