"""The search on the stamps' page: what a shop's people type, and what they see."""

import pytest

from kit.dashboard_client import DashboardPage
from kit.projection import project
from kit.shop import Shop
from kit.stamps import code_of, issue, make_card, merge, stamp_in
from stampwell.features.people.model import Role
from stampwell.features.stamps.search import search
from stampwell.features.stamps.states import State

STAMPS = "/dashboard/stamps"
_UNASKED = {"expiring": "", "togo": "", "unseen": "", "order": ""}
_NAMES = {
    State.USABLE: "usable",
    State.FULL: "full",
    State.NOT_YET_VALID: "not-yet-valid",
    State.EXPIRED: "expired",
    State.INACTIVE: "inactive",
    State.REDEEMED: "redeemed",
    State.MERGED: "merged",
}


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop)


def path_of(stamp: int) -> str:
    return f"{STAMPS}/{stamp}"


def listed(page: DashboardPage) -> list[int]:
    """The stamps of the page, from above."""
    assert page.status == 200
    return [int(part.split('"')[0]) for part in page.html.split(f'<th scope="row"><a href="{STAMPS}/')[1:]]


def next_of(page: DashboardPage) -> str:
    return page.html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")


class TestFinding:
    @pytest.mark.parametrize("text", ["kim", "MIN", "kim min-ji", "김민", "jose", "010-1234-5678", "+82 10 1234 5678", "5678"])
    def test_a_customer_by_name_or_phone(self, shop: Shop, card: int, text: str) -> None:
        stamp = issue(shop, card, userNm="Kim Min-ji 김민지 José", userPhnno="010-1234-5678")
        issue(shop, card, userNm="Lee Seo", userPhnno="010-8765-4321")
        project(shop.data)
        assert listed(shop.dashboard(role=Role.STAFF).get(STAMPS, q=text, card=card)) == [stamp]

    @pytest.mark.parametrize(
        "text",
        [
            "민수",
            "김민수",
            "남궁 민수",
            "5550-3998",
            "55503998",
            "tel:+82-10-5550-3998;ext=1",
            "+82 010-5550-3998",
            "MINSU@BÜCHER.example",
            "minsu@xn--bcher-kva.example",
            "minsu@büch",
            "민수 5550-3998",
        ],
    )
    def test_a_customer_as_people_say_and_copy_it(self, shop: Shop, card: int, text: str) -> None:
        known = {"userPhnno": "010-5550-3998", "userEml": "Minsu@bücher.example"}
        stamps = [issue(shop, card, userNm=name, **known) for name in ("김민수", "남궁민수")]
        issue(shop, card, userNm="이서연", userPhnno="010-8765-4321", userEml="lee@bucher.example")
        project(shop.data)
        found = listed(shop.dashboard(role=Role.STAFF).get(STAMPS, q=text, card=card))
        by_name = {"김민수": stamps[:1], "남궁 민수": stamps[1:]}
        assert found == by_name.get(text, stamps[::-1])

    def test_a_foreign_number_is_no_customers_at_home(self, shop: Shop) -> None:
        owner = shop.open_account(time_zone="Asia/Tokyo")
        body = {"cardIdx": owner.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
        at_home, abroad = (
            shop.create(owner, {**body, "userPhnno": phone}).result for phone in ("090-1234-5678", "+82 90-1234-5678")
        )
        project(shop.data)
        dashboard = shop.dashboard(owner)
        assert listed(dashboard.get(STAMPS, q="+82 90-1234-5678")) == [abroad]
        assert listed(dashboard.get(STAMPS, q="090-1234-5678")) == [at_home]
        assert listed(dashboard.get(STAMPS, q="1234-5678")) == [abroad, at_home]

    def test_a_number_leads_to_its_stamp_when_it_is_nothing_else(self, own_shop: Shop) -> None:
        # Of its own: in a shop that others issued stamps in, some customer's number may begin with that of the stamp.
        shop, card = own_shop, make_card(own_shop)
        stamp = issue(shop, card)
        dashboard = shop.dashboard()
        assert dashboard.get(STAMPS, q=stamp).location == path_of(stamp)
        other = issue(shop, card, userId=str(stamp))
        assert listed(dashboard.get(STAMPS, q=stamp)) == [other, stamp]
        assert "No card fits" in shop.dashboard(shop.charlie).get(STAMPS, q=stamp).text

    def test_a_code_or_a_link_leads_to_its_stamp_as_it_was_scanned(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        code, dashboard = code_of(shop, stamp), shop.dashboard(role=Role.STAFF)
        link, grouped = f"https://vvd.bz/stamp/{code}", "-".join(code[at : at + 4] for at in range(0, 16, 4))
        wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
        spellings = [code, code.lower(), f" {code}\r\n", grouped, grouped.lower(), grouped.replace("-", " "), wide]
        spellings += [
            link,
            link.lower(),
            f"<{link}>",
            f"{link}?lang=ko#x",
            f"http://any.host/stamp/{code}",
            link.partition("//")[2],
        ]
        spellings += [f"{link}{sign}" for sign in ("/", ".", ",", ")", '"', "/qr.svg")]
        for text in spellings:
            # Nothing is typed in the other fields by a scanner; what they say does not keep it from its stamp.
            page = dashboard.get(STAMPS, q=text, card="", state="redeemed")
            assert (page.status, page.location) == (303, path_of(stamp)), text
            assert "No card fits" in shop.dashboard(shop.charlie).get(STAMPS, q=text).text

    def test_what_looks_like_a_code_and_is_none_is_searched_for(self, shop: Shop, card: int) -> None:
        dashboard, text = shop.dashboard(), "MEMB-ER00-0000-0135"
        assert "No card fits" in dashboard.get(STAMPS, q=text).text
        stamp = issue(shop, card, userId=text)
        assert listed(dashboard.get(STAMPS, q=text)) == [stamp]

    @pytest.mark.parametrize("typed", ["#{}", "# {}", " #{} ", "\uff03{}", "00{}"])
    def test_a_number_with_its_sign_leads_to_its_stamp(self, own_shop: Shop, typed: str) -> None:
        shop = own_shop
        stamp = issue(shop, make_card(shop))
        dashboard = shop.dashboard()
        assert dashboard.get(STAMPS, q=typed.format(stamp)).location == path_of(stamp)
        assert "No card fits" in shop.dashboard(shop.charlie).get(STAMPS, q=typed.format(stamp)).text

    def test_a_number_with_its_sign_is_not_the_beginning_of_a_user_id(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        issue(shop, card, userId=f"{stamp}th member")
        assert shop.dashboard().get(STAMPS, q=f"#{stamp}").location == path_of(stamp)

    def test_a_user_id_that_looks_like_a_number_with_its_sign_is_found_beside_it(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        other = issue(shop, card, userId=f"#{stamp}")
        assert listed(shop.dashboard().get(STAMPS, q=f"#{stamp}")) == [other, stamp]

    def test_by_every_state(self, shop: Shop, card: int) -> None:
        stamps = {state: stamp_in(shop, state, card) for state in State if state is not State.MERGED}
        stamps[State.MERGED] = issue(shop, card)
        merge(shop, stamps[State.MERGED], stamps[State.USABLE])
        dashboard = shop.dashboard()
        for state, stamp in stamps.items():
            page = dashboard.get(STAMPS, card=card, state=_NAMES[state])
            assert listed(page) == [stamp], state
            assert f'<option value="{_NAMES[state]}" selected' in page.html
        assert dashboard.get(STAMPS, state="full", q="nobody at all").text.count("No card fits") == 1

    def test_text_card_and_state_go_together_and_stay_in_the_form(self, shop: Shop, card: int) -> None:
        off = stamp_in(shop, State.INACTIVE, card)
        shop.data.run("UPDATE stamp SET user_id = 'together' WHERE card_id = :card", card=card)
        issue(shop, card, userId="together")
        page = shop.dashboard().get(STAMPS, q="together", card=card, state="inactive")
        assert listed(page) == [off]
        form = dict(page.form(STAMPS).values)
        assert form == {"q": "together", "card": str(card), "state": "inactive", **_UNASKED}

    def test_a_card_that_is_not_the_shops_is_told(self, shop: Shop, card: int) -> None:
        dashboard = shop.dashboard(shop.charlie)
        for named in (card, 10**17, "x"):
            page = dashboard.get(STAMPS, card=named)
            assert (listed(page), "There is no such card design." in page.text) == ([], True)


class TestPages:
    def test_go_on_by_a_link_and_keep_what_was_asked(self, shop: Shop, card: int, monkeypatch: pytest.MonkeyPatch) -> None:
        stamps = [issue(shop, card, userNm="Brown & Smith") for _ in range(3)]
        project(shop.data)
        monkeypatch.setattr(search, "PAGE_SIZE", 2)
        dashboard = shop.dashboard()
        first = dashboard.get(STAMPS, q="smith", card=card)
        second = dashboard.get(next_of(first))
        assert listed(first) + listed(second) == stamps[::-1]
        assert dict(second.form(STAMPS).values)["q"] == "smith"
        assert 'rel="next"' not in second.html

    def test_say_when_they_stopped_looking(self, shop: Shop, card: int, monkeypatch: pytest.MonkeyPatch) -> None:
        old = stamp_in(shop, State.EXPIRED, card)
        for _ in range(3):
            issue(shop, card)
        monkeypatch.setattr(search, "MOST_STAMPS", 2)
        dashboard = shop.dashboard()
        page = dashboard.get(STAMPS, card=card, state="expired")
        assert "Nothing found so far This page looked through 2 cards, and there are more further back." in page.text
        page = dashboard.get(next_of(page))
        assert listed(page) == [old]
        page = dashboard.get(next_of(page))
        assert "No more cards" in page.text

    def test_a_cursor_of_another_search_is_refused_in_words(self, shop: Shop) -> None:
        page = shop.dashboard().get(STAMPS, cursor="1.a.b.c")
        assert (page.status, "is not a nextCursor of this list" in page.text) == (200, True)


class TestAsApi:
    @pytest.mark.parametrize(
        ("asked", "filters"),
        [
            ({}, ""),
            ({"state": "redeemed"}, "?useYn=Y"),
            ({"state": "inactive"}, "?activeYn=N&useYn=N"),
            ({"q": "a@b.example"}, "?userEml=a%40b.example"),
            ({"q": "010-1234-5678"}, "?userPhnno=010-1234-5678"),
        ],
    )
    def test_a_list_that_the_api_has_too_is_shown_as_its_call(
        self, shop: Shop, card: int, asked: dict[str, str], filters: str
    ) -> None:
        issue(shop, card, userEml="a@b.example", userPhnno="010-1234-5678")
        stamp_in(shop, State.INACTIVE, card)
        stamp_in(shop, State.REDEEMED, card)
        assert f"/api/stamp/v1/list{filters}'" in shop.dashboard().get(STAMPS, **asked).text

    @pytest.mark.parametrize("asked", [{"state": "usable"}, {"q": "seat 12"}])
    def test_others_are_not(self, shop: Shop, card: int, asked: dict[str, str]) -> None:
        issue(shop, card, userId="seat 12")
        page = shop.dashboard().get(STAMPS, card=card, **asked)
        assert (len(listed(page)), "As API" in page.text) == (1, False)
