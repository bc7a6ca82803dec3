"""`stampIdx` as people and scanners give it: a code in any spelling, or a link, at every endpoint that takes a stamp."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.refusals import wrong_fields
from kit.shop import Shop
from kit.stamps import SHOWN, ask, code_of, do, issue, make_card, refused, shown, unchanged
from stampwell import app as composition
from stampwell.features.stamps.contract.examples import SAMPLE_CODE
from stampwell.http.route import Route
from stampwell.settings import Settings

# Nothing is opened until an App is started.
ROUTES = [
    route
    for route in composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes
    if "stampIdx" in route.request.model_fields
]
LINK = "https://vvd.bz/stamp"

# No SQL sees a spelling: the code is read before.

SPELLINGS = {
    "small letters": lambda code: code.lower(),
    "groups with blanks": lambda code: " ".join(groups(code)),
    "groups with hyphens": lambda code: "-".join(groups(code.lower())),
    "a line end": lambda code: f"{code}\r\n",
    "blanks around it": lambda code: f" {code}\t",
    "full width": lambda code: "".join(chr(ord(char) + 0xFEE0) for char in code),
    "link": lambda code: f"{LINK}/{code}",
    "link of another host": lambda code: f"http://any.host/stamp/{code}",
    "link in small letters": lambda code: f"{LINK}/{code}".lower(),
    "link without a scheme": lambda code: f"vvd.bz/stamp/{code}",
    "link with query and fragment": lambda code: f"{LINK}/{code}?lang=ko#card",
    "link with percent-encoded blanks": lambda code: f"{LINK}/%20{'%20'.join(groups(code))}%0D%0A",
    **{f"link with {sign!r}": lambda code, sign=sign: f"{LINK}/{code}{sign}" for sign in ["/", ".", ",", ")", '"', ">", " "]},
}


def groups(code: str) -> list[str]:
    return [code[at : at + 4] for at in range(0, len(code), 4)]


@pytest.fixture
def stamp(shop: Shop) -> int:
    return issue(shop, make_card(shop, maxStamps=100))


@pytest.mark.one_database
class TestSpellings:
    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_are_the_stamp_in_a_query_and_in_a_body(self, shop: Shop, stamp: int, spelling: str) -> None:
        sent = SPELLINGS[spelling](code_of(shop, stamp))
        assert do(shop, "get", sent)["stampIdx"] == stamp
        assert do(shop, "add", sent, headers=SHOWN)["stampIdx"] == stamp
        assert shown(shop, stamp)["stamps"] == 1

    def test_of_digits_alone_are_a_code_too(self, shop: Shop, stamp: int) -> None:
        code = f"{stamp:0>16}"
        shop.data.run("UPDATE stamp SET code = :code WHERE stamp_id = :stamp_id", code=code, stamp_id=stamp)
        for sent in (code, "-".join(groups(code)), f"{LINK}/{code}"):
            assert do(shop, "validate", sent)["code"] == code
            assert do(shop, "add", sent, headers=SHOWN)["code"] == code

    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
    def test_are_taken_by_every_endpoint(self, shop: Shop, route: Route) -> None:
        example = route.examples[0].request
        shop.lay_out_samples(stamps=10 if route.operation_id == "redeemStamp" else 3)
        sent = {**example, "stampIdx": f"http://any.host/stamp/{SAMPLE_CODE.lower()}/."}
        assert shop.send(route, shop.alice, request=sent).json["code"] == 0

    def test_of_anothers_stamp_are_answered_as_a_code_of_nobody(self, shop: Shop, stamp: int) -> None:
        code = code_of(shop, stamp)
        for sent in (code, code.lower(), f"{LINK}/{code}"):
            status, answer = refused(shop, "get", sent, by=shop.charlie)
            assert (status, answer["code"], answer["message"]) == (404, 40403, f"stampIdx: there is no stamp {code}.")


@pytest.mark.one_database
class TestNumbers:
    @pytest.mark.parametrize("spelled", ["{}", " {}", "{}\r\n", "#{}", "00{}"])
    def test_are_digits_in_a_query(self, shop: Shop, stamp: int, spelled: str) -> None:
        assert do(shop, "get", spelled.format(stamp))["stampIdx"] == stamp

    @pytest.mark.parametrize("spelled", ["{}", " {}\n", "#{}"])
    def test_are_no_text_in_a_body(self, shop: Shop, stamp: int, spelled: str) -> None:
        expected = wrong_fields(("stampIdx", f"send the number without quotes: {stamp}"))
        assert refused(shop, "add", spelled.format(stamp)) == (400, expected)


@pytest.mark.one_database
class TestRetries:
    def test_the_same_code_in_another_spelling_is_the_same_request(self, shop: Shop, stamp: int) -> None:
        key, code = {"Idempotency-Key": f"spelled-{stamp}"}, code_of(shop, stamp)
        first = ask(shop, "add", code, headers=key)
        with unchanged(shop):
            for spelled in (spelling(code) for spelling in SPELLINGS.values()):
                again = ask(shop, "add", spelled, headers=key)
                assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")

    def test_the_stamps_number_is_another_request(self, shop: Shop, stamp: int) -> None:
        key = {"Idempotency-Key": f"numbered-{stamp}"}
        assert ask(shop, "add", code_of(shop, stamp).lower(), headers=key).status == 200
        assert ask(shop, "add", stamp, headers=key).json["code"] == 42201

    def test_a_page_goes_on_in_another_spelling(self, shop: Shop, stamp: int) -> None:
        do(shop, "add", stamp)
        code = code_of(shop, stamp)
        page = do(shop, "history", f"{LINK}/{code}", limit=1)
        rest = do(shop, "history", code.lower(), limit=1, cursor=page["nextCursor"])
        assert [row["action"] for row in (*page["list"], *rest["list"])] == ["added", "issued"]


class TestLife:
    """On both databases."""

    def test_a_scanned_stamp_is_marked_corrected_redeemed_and_deleted(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=3))
        code = code_of(shop, stamp)
        spelled: Iterator[str] = (spelling(code) for spelling in SPELLINGS.values())
        assert do(shop, "validate", next(spelled))["stampIdx"] == stamp
        do(shop, "add", next(spelled), count=3, orderRef="R-1")
        do(shop, "remove", next(spelled))
        do(shop, "update", next(spelled), stamps=3, memo="scanned")
        do(shop, "redeem", next(spelled))
        rows = do(shop, "history", next(spelled))["list"]
        assert [row["action"] for row in rows] == ["redeemed", "updated", "removed", "added", "issued"]
        assert do(shop, "get", next(spelled))["memo"] == "scanned"
        assert do(shop, "delete", next(spelled)) is None
        assert refused(shop, "get", code)[0] == 404
