"""The one search of the dashboard: what it finds for whom, when it leads straight there, and where staff begin."""

import re
from urllib.parse import urlencode

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.projection import project
from kit.shop import Shop
from kit.stamps import code_of, issue, make_card, merge
from stampwell.core.phrases import english
from stampwell.dashboard.search.page_index import pages_named
from stampwell.features.people.model import Permission, Role

SEARCH = "/dashboard/search"


def hits(page: DashboardPage) -> list[str]:
    """The paths that were found, from above; those of the rail are none."""
    assert page.status == 200
    return re.findall(r'href="([^"]*)"', page.html.split('id="found"')[1].split("</main>")[0])


def while_typing(dashboard: DashboardClient, text: str) -> DashboardPage:
    return dashboard.send("GET", f"{SEARCH}?{urlencode({'q': text})}", headers={"HX-Request": "true"})


def path_of(stamp: int) -> str:
    return f"/dashboard/stamps/{stamp}"


class TestACard:
    @pytest.mark.parametrize(
        "spelling",
        [
            "{code}",
            "https://vvd.bz/stamp/{code}",
            "vvd.bz/stamp/{code}",
            "HTTPS://OTHER.EXAMPLE/STAMP/{code}/qr.svg?x=1",
            "My card: https://vvd.bz/stamp/{code}, see you!",
            "…{ending}",
        ],
    )
    def test_that_was_scanned_or_pasted_opens(self, shop: Shop, spelling: str) -> None:
        stamp = issue(shop, make_card(shop))
        project(shop.data)
        code = code_of(shop, stamp)
        text = spelling.format(code=code, ending=code[-8:])
        assert shop.dashboard(role=Role.STAFF).get(SEARCH, q=text).location == path_of(stamp)
        assert shop.dashboard(shop.charlie).get(SEARCH, q=text).status == 200

    def test_that_was_merged_leads_to_the_one_that_took_its_place(self, shop: Shop) -> None:
        card = make_card(shop)
        old, new = issue(shop, card), issue(shop, card)
        code = code_of(shop, old)
        merge(shop, old, new)
        project(shop.data)
        dashboard = shop.dashboard()
        for text in (code, f"https://vvd.bz/stamp/{code}"):
            page = dashboard.get(SEARCH, q=text)
            assert page.location == path_of(new)
            assert "took the place of the one you looked for" in dashboard.get(page.location).text

    @pytest.mark.parametrize("text", ["Wilhelmina", "010-4455-6677", "wilhelmina@x.example", "member-1"])
    def test_that_alone_is_found_opens(self, own_shop: Shop, text: str) -> None:
        shop, known = own_shop, {"userNm": "Wilhelmina", "userPhnno": "010-4455-6677", "userEml": "wilhelmina@x.example"}
        stamp = issue(shop, make_card(shop), userId="member-1", **known)
        project(shop.data)
        assert shop.dashboard(role=Role.STAFF).get(SEARCH, q=text).location == path_of(stamp)

    def test_is_one_of_several_and_then_they_are_listed(self, own_shop: Shop) -> None:
        shop = own_shop
        card = make_card(shop, cardNm="Tea")
        stamps = [issue(shop, card, marks=2, userNm="Kim") for _ in range(10)]
        project(shop.data)
        page = shop.dashboard().get(SEARCH, q="kim")
        assert hits(page) == [*map(path_of, stamps[:1:-1]), "/dashboard/stamps?q=kim"]
        assert f"Tea · 2 of 3 · …{code_of(shop, stamps[-1])[-4:]}" in page.text

    def test_without_a_name_says_which_it_is(self, own_shop: Shop) -> None:
        card = make_card(own_shop, cardNm="Tea")
        stamp = issue(own_shop, card)
        assert f"No name · Tea · …{code_of(own_shop, stamp)[-4:]}" in own_shop.dashboard().get(path_of(stamp)).text


class TestWhileTyping:
    def test_nothing_leads_away(self, own_shop: Shop) -> None:
        stamp = issue(own_shop, make_card(own_shop), userNm="Kim")
        project(own_shop.data)
        dashboard = own_shop.dashboard()
        for text in ("kim", code_of(own_shop, stamp)):
            assert hits(while_typing(dashboard, text))[0] == path_of(stamp)

    def test_a_number_is_nobody_s_name(self, own_shop: Shop) -> None:
        own_shop.dashboard(name="Bob 777")
        answer = own_shop.dashboard().get(SEARCH, q="777")
        assert (answer.status, hits(answer)) == (200, [])

    def test_nothing_found_is_said(self, shop: Shop) -> None:
        assert "Nothing found for “<zzqqzzqqzz>”" in while_typing(shop.dashboard(), "<zzqqzzqqzz>").text


class TestEverythingElse:
    def test_is_found_by_its_name_or_number(self, own_shop: Shop) -> None:
        shop = own_shop
        card = make_card(shop, cardNm="Zebra tea")
        location = shop.request("POST", "/api/location/v1/create", by=shop.alice, body={"locationNm": "Harbour"}).result
        stamp = issue(shop, card)
        shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp, orderRef="SALE-77")
        dashboard = shop.dashboard()
        assert dashboard.get(SEARCH, q="zebra").location == f"/dashboard/cards/{card}"
        assert dashboard.get(SEARCH, q="harb").location == f"/dashboard/locations/{location}"
        assert dashboard.get(SEARCH, q="SALE-77").location == "/dashboard/stamps/refund?sale=SALE-77"
        assert dashboard.get(SEARCH, q="webhook").location == "/dashboard/webhooks"
        for text in ("harb", "SALE-77", "webhook"):
            assert hits(shop.dashboard(role=Role.STAFF).get(SEARCH, q=text)) == [], text
            assert hits(shop.dashboard(shop.charlie, role=Role.MANAGER).get(SEARCH, q=text)) == [], text

    def test_every_page_that_is_found_is_there(self, shop: Shop) -> None:
        dashboard = shop.dashboard()
        viewer = _Anybody()
        paths = [page.path for letter in "abcdefghijklmnopqrstuvwxyz" for page in pages_named(letter, viewer, english)]  # type: ignore[arg-type]
        assert len(set(paths)) > 12
        assert {path: dashboard.get(path).status for path in paths} == dict.fromkeys(paths, 200)


class _Anybody:
    def may(self, _: Permission) -> bool:
        return True


class TestWhereTheDayBegins:
    def test_is_the_search_with_todays_numbers_for_staff(self, shop: Shop) -> None:
        page = shop.dashboard(role=Role.STAFF).get("/dashboard")
        assert "autofocus" in page.html.split('id="find"')[1].split(">")[0]
        assert "/dashboard/search" in page.html.split('class="find"')[1].split(">")[0]

    @pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
    def test_is_home_for_who_runs_the_shop(self, shop: Shop, role: Role) -> None:
        assert 'id="find"' not in shop.dashboard(role=role).get("/dashboard").html

    @pytest.mark.parametrize("role", list(Role))
    def test_every_page_has_the_search(self, shop: Shop, role: Role) -> None:
        dashboard: DashboardClient = shop.dashboard(role=role)
        for path in ("/dashboard", "/dashboard/cards", "/dashboard/stamps", "/dashboard/profile", SEARCH):
            assert any(form.action == SEARCH for form in dashboard.get(path).forms), path
