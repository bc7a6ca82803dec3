"""No limit refuses somebody who proves to be entitled: whatever others behind the same address have tried."""

import pytest

from kit import stamps
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.core.actors import OPERATOR
from stampwell.core.codes import ALPHANUMERIC, new_stamp_code
from stampwell.features.people import access_links
from stampwell.features.people.model import Role

WRONG = 60
"""More than any limit of a few minutes allows."""


@pytest.fixture
def shop(own_shop: Shop) -> Shop:
    return own_shop


class TestBesideWrongOnes:
    def test_a_right_key_is_answered(self, shop: Shop) -> None:
        wrong = [f"sk_live_{ALPHANUMERIC.draw(43)}" for _ in range(WRONG)]
        headers = [{"Authorization": f"APIKey {key}"} for key in wrong]
        assert {shop.request("GET", "/api/card/v1/list", headers=one).json["code"] for one in headers} == {40102}
        assert shop.get("/api/card/v1/list", shop.alice).status == 200

    def test_an_invitation_opens(self, shop: Shop) -> None:
        invited = shop.data.write(
            access_links.invite,
            shop.alice.account_id,
            email="dora@beans.example",
            role=Role.STAFF,
            actor=OPERATOR,
            now_us=shop.clock.now_us(),
        )
        stranger = shop.stranger()
        for _ in range(WRONG):
            assert stranger.get(f"/dashboard/join/{ALPHANUMERIC.draw(43)}").status == 404
        assert stranger.get(f"/dashboard/join/{invited.token}").status == 200

    @pytest.mark.parametrize("kind", ["password", "sign_in"])
    def test_a_link_opens(self, shop: Shop, kind: str) -> None:
        person = shop.dashboard().person
        assert person is not None
        link = shop.data.write(access_links.link_for, kind, person.email, now_us=shop.clock.now_us())
        path = {"password": "/dashboard/password", "sign_in": "/dashboard/enter"}[kind]
        stranger = shop.stranger()
        for _ in range(WRONG):
            assert stranger.get(f"{path}/{ALPHANUMERIC.draw(43)}").status == 404
        assert stranger.get(f"{path}/{link.token}").status == 200

    def test_somebody_who_is_signed_in_stays_so(self, shop: Shop) -> None:
        dashboard, stranger = shop.dashboard(), shop.stranger()
        for _ in range(WRONG):
            stranger.cookies["stampwell"] = ALPHANUMERIC.draw(43)
            assert stranger.get("/dashboard").status == 303
        assert dashboard.get("/dashboard").status == 200

    def test_a_card_is_shown_and_marked(self, shop: Shop) -> None:
        card = stamps.make_card(shop, onsiteYn="Y", onsitePwd="latte77")
        path = f"/stamp/{code_of(shop, stamps.issue(shop, card, marks=1))}"
        stranger = shop.stranger()
        assert stranger.get(f"/stamp/{new_stamp_code()}").status == 404
        for _ in range(WRONG):
            stranger.get(f"/stamp/{new_stamp_code()}")
        assert stranger.get(f"/stamp/{new_stamp_code()}").status == 429
        page = stranger.get(path)
        assert stranger.submit(page, f"{path}/mark", onsitePwd="latte77").status == 303
        assert stranger.get(f"{path}/version").status == 200

    def test_a_phone_that_knows_the_pin_is_asked_for_nothing(self, shop: Shop) -> None:
        path = f"/stamp/{code_of(shop, stamps.issue(shop, shop.alice.card_id))}"
        phone, stranger = shop.stranger(), shop.stranger()
        phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071")
        statuses = [stranger.submit(stranger.get(path), f"{path}/pin", pin="0000").status for _ in range(8)]
        assert statuses == [403] * 5 + [429] * 3
        assert " of 10 stamps" in phone.get(path).text
