"""`DELETE /api/card/v1/delete`: a card without stamps is gone; one with stamps is archived, and they go on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit.data import Data
from kit.people import Person
from kit.shop import Answer, Shop
from stampwell.core.actors import OPERATOR
from stampwell.db.database import Tx
from stampwell.features.cards import service as cards

DELETE, GET = "/api/card/v1/delete", "/api/card/v1/get"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account()


def _body(owner: Person, **fields: object) -> dict[str, object]:
    return {"cardIdx": owner.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **fields}


def _delete(shop: Shop, by: Person, card: int) -> Answer:
    return shop.request("DELETE", DELETE, by=by, query={"cardIdx": card})


class TestWithoutStamps:
    def test_it_is_gone(self, shop: Shop, owner: Person) -> None:
        assert _delete(shop, owner, owner.card_id).result is None
        assert shop.data.rows("SELECT * FROM card WHERE card_id = :card", card=owner.card_id) == []
        for answer in (
            shop.get(GET, owner, cardIdx=owner.card_id),
            shop.create(owner, _body(owner)),
            _delete(shop, owner, owner.card_id),
        ):
            assert (answer.status, answer.json["code"]) == (404, 40402)

    def test_also_when_its_last_stamp_was_deleted(self, shop: Shop, owner: Person) -> None:
        stamp = shop.create(owner, _body(owner)).result
        shop.request("DELETE", "/api/stamp/v1/delete", by=owner, query={"stampIdx": stamp})
        assert _delete(shop, owner, owner.card_id).result is None
        assert shop.get(GET, owner, cardIdx=owner.card_id).status == 404

    def test_its_number_is_not_given_again(self, shop: Shop, owner: Person) -> None:
        _delete(shop, owner, owner.card_id)
        made = shop.request("POST", "/api/card/v1/create", by=owner, body={"cardNm": "Next", "maxStamps": 5}).result
        assert made > owner.card_id

    def test_another_accounts_stays(self, shop: Shop, owner: Person) -> None:
        assert _delete(shop, shop.charlie, owner.card_id).json["code"] == 40402
        assert shop.get(GET, owner, cardIdx=owner.card_id).status == 200


class TestWithStamps:
    @pytest.fixture
    def stamp(self, shop: Shop, owner: Person) -> int:
        number: int = shop.create(owner, _body(owner)).result
        assert _delete(shop, owner, owner.card_id).result is None
        return number

    def test_it_is_archived(self, shop: Shop, owner: Person, stamp: int) -> None:
        card = shop.get(GET, owner, cardIdx=owner.card_id).result
        assert (card["archivedYn"], card["activeYn"]) == ("Y", "Y")
        assert stamp

    def test_it_takes_no_new_ones(self, shop: Shop, owner: Person, stamp: int) -> None:
        second = shop.request("POST", "/api/card/v1/create", by=owner, body={"cardNm": "Second", "maxStamps": 10}).result
        other = shop.create(owner, _body(owner, cardIdx=second)).result
        assert shop.create(owner, _body(owner)).json["code"] == 40909
        bulk = shop.request("POST", "/api/stamp/v1/bulk", by=owner, body={"stamps": [_body(owner)]})
        assert [row["code"] for row in bulk.result] == [40909]
        assert shop.put("/api/stamp/v1/update", owner, stampIdx=other, cardIdx=owner.card_id).json["code"] == 40909
        assert shop.data.rows("SELECT stamp_id FROM stamp WHERE card_id = :card", card=owner.card_id) == [{"stamp_id": stamp}]

    def test_those_that_are_out_go_on(self, shop: Shop, owner: Person, stamp: int) -> None:
        assert shop.get("/api/stamp/v1/validate", owner, stampIdx=stamp).result["cardIdx"] == owner.card_id
        assert shop.put("/api/stamp/v1/add", owner, stampIdx=stamp, count=10).result is None
        assert shop.put("/api/stamp/v1/update", owner, stampIdx=stamp, cardIdx=owner.card_id, memo="m").result is None
        assert shop.put("/api/stamp/v1/redeem", owner, stampIdx=stamp).result is None
        assert [row["stampIdx"] for row in shop.get("/api/stamp/v1/list", owner, cardIdx=owner.card_id).result["list"]] == [
            stamp
        ]

    def test_deleting_it_again_changes_nothing(self, shop: Shop, owner: Person, stamp: int) -> None:
        before = shop.data.contents()
        shop.clock.advance(seconds=5)
        assert _delete(shop, owner, owner.card_id).result is None
        assert shop.data.contents() == before
        assert stamp

    def test_it_can_still_be_edited(self, shop: Shop, owner: Person, stamp: int) -> None:
        assert shop.put("/api/card/v1/update", owner, cardIdx=owner.card_id, cardNm="Old card").result is None
        shown = shop.get("/api/stamp/v1/get", owner, stampIdx=stamp).result
        assert shown["cardNm"] == "Old card"
        assert shop.get(GET, owner, cardIdx=owner.card_id).result["archivedYn"] == "Y"


class TestWhileStampsAreIssued:
    @pytest.mark.parametrize("round_number", range(5))
    def test_every_answer_is_true(self, shop: Shop, owner: Person, round_number: int) -> None:
        """Whoever was answered a stamp has it; whoever was not has none; a card with a stamp is there."""
        start = threading.Barrier(13)

        def create(number: int) -> list[Answer]:
            start.wait()
            return [shop.create(owner, _body(owner, userId=f"{number}-{turn}")) for turn in range(5)]

        def delete() -> Answer:
            start.wait()
            threading.Event().wait(0.002 * round_number)
            return _delete(shop, owner, owner.card_id)

        with ThreadPoolExecutor(13) as threads:
            deleting = threads.submit(delete)
            answers = [answer for made in threads.map(create, range(12)) for answer in made]
        assert deleting.result().result is None
        assert {answer.json["code"] for answer in answers} <= {0, 40402, 40909}
        issued = sorted(answer.result for answer in answers if answer.status == 200)
        stored = shop.data.rows("SELECT stamp_id FROM stamp WHERE card_id = :card ORDER BY stamp_id", card=owner.card_id)
        assert [row["stamp_id"] for row in stored] == issued
        card = shop.get(GET, owner, cardIdx=owner.card_id)
        assert card.result["archivedYn"] == "Y" if issued else card.status == 404

    def test_those_that_come_while_it_is_being_deleted_are_told_so(self, shop: Shop, owner: Person) -> None:
        deleted, let_go = threading.Event(), threading.Event()

        def delete(tx: Tx) -> None:
            cards.delete_card(tx, owner.account_id, owner.card_id, actor=OPERATOR, now_us=0)
            deleted.set()
            let_go.wait(2)

        def run() -> None:
            with Data(shop.data.url) as other:
                other.write(delete)

        with ThreadPoolExecutor(4) as threads:
            deleting = threads.submit(run)
            assert deleted.wait(10)
            bulk = {"stamps": [_body(owner), {}, _body(owner)]}
            together = threads.submit(shop.request, "POST", "/api/stamp/v1/bulk", by=owner, body=bulk)
            alone = threads.submit(shop.create, owner, _body(owner))
            keyed = threads.submit(shop.create, owner, _body(owner), headers={"Idempotency-Key": "k"})
            threading.Event().wait(0.3)
            let_go.set()
            deleting.result()
            assert [answer.result().json["code"] for answer in (alone, keyed)] == [40402, 40402]
            assert [row["code"] for row in together.result().result] == [40402, 40002, 40402]
