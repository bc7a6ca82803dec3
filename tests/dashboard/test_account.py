"""The account's settings: what may be changed, by whom, and what if two do it at once."""

from io import BytesIO

import pytest
from PIL import Image

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from stampwell.features.people.model import Role

HERE = "/dashboard/account"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Corner shop", plan="premium")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def account(shop: Shop, owner: Person) -> dict[str, object]:
    (row,) = shop.data.rows("SELECT * FROM account WHERE account_id = :account_id", account_id=owner.account_id)
    return row


def picture(color: str = "red") -> bytes:
    written = BytesIO()
    Image.new("RGB", (60, 40), color).save(written, "PNG")
    return written.getvalue()


class TestSettings:
    def test_everything_that_may_be_changed_is(self, shop: Shop, owner: Person, dashboard: DashboardClient) -> None:
        page = dashboard.done(
            dashboard.get(HERE),
            HERE,
            accountNm="Corner & Co",
            timeZone="Europe/Berlin",
            countryCode="AT",
            language="ko",
            stampIdxFormat="code",
            ownColor="Y",
            color="#1F6B4A",
            ownPaperColor="Y",
            paperColor="#fdf6e3",
        )
        row = account(shop, owner)
        names = ("name", "time_zone", "country_code", "language", "stamp_idx_format", "color", "paper_color")
        assert [row[name] for name in names] == ["Corner & Co", "Europe/Berlin", "AT", "ko", "code", "1f6b4a", "fdf6e3"]
        assert '<html lang="ko"' in page.html

    def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(
        self, shop: Shop, owner: Person, dashboard: DashboardClient
    ) -> None:
        before = account(shop, owner)
        page = dashboard.submit(
            dashboard.get(HERE), HERE, accountNm=" ", timeZone="Mars/Olympus", language="tlh", ownColor="Y", color="red"
        )
        assert page.status == 400
        for said in ("Enter a name of at most 100 characters.", "Choose a time zone, such as", "Choose one from the list."):
            assert said in page.text
        assert "Choose a colour, such as #b3261e." in page.text
        assert account(shop, owner) == before

    def test_a_format_that_nobody_offered_is_refused(self, dashboard: DashboardClient) -> None:
        assert dashboard.submit(dashboard.get(HERE), HERE, stampIdxFormat="uuid").status == 400

    def test_the_country_of_phone_numbers_is_that_of_the_time_zone_until_another_is_chosen(
        self, shop: Shop, owner: Person, dashboard: DashboardClient
    ) -> None:
        page = dashboard.get(HERE)
        assert '<option value="" selected>As the time zone: Korea (South)</option>' in page.html
        assert '<option value="AT">Austria</option>' in page.html
        dashboard.done(page, HERE, countryCode="AT")
        assert '<option value="AT" selected>Austria</option>' in dashboard.get(HERE).html
        assert "AT" in dashboard.get(f"{HERE}/audit").text
        dashboard.done(dashboard.get(HERE), HERE, timeZone="UTC", countryCode="")
        assert "None: international numbers only" in dashboard.get(HERE).text
        assert dashboard.submit(dashboard.get(HERE), HERE, countryCode="ZZ").status == 400
        assert account(shop, owner)["country_code"] == ""

    def test_colors_are_the_cards_that_have_none_of_their_own(
        self, shop: Shop, owner: Person, dashboard: DashboardClient
    ) -> None:
        dashboard.done(dashboard.get(HERE), HERE, ownColor="Y", color="#1f6b4a")
        body = {"cardIdx": owner.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
        number = shop.create(owner, body).result
        code = shop.get("/api/stamp/v1/get", owner, stampIdx=number).result["code"]
        assert 'data-color="1f6b4a"' in shop.stranger().get(f"/stamp/{code}").html

    def test_the_plan_is_shown_and_cannot_be_changed(self, shop: Shop, owner: Person, dashboard: DashboardClient) -> None:
        page = dashboard.get(HERE)
        assert "Plan: premium" in page.text
        assert "Requests a minute 300" in page.text
        dashboard.done(page, HERE, plan="enterprise")
        assert account(shop, owner)["plan"] == "premium"

    def test_a_manager_reads_and_staff_do_not(self, shop: Shop, owner: Person) -> None:
        page = shop.dashboard(owner, role=Role.MANAGER).get(HERE)
        assert (page.status, "Only an owner can change this." in page.text) == (200, True)
        assert shop.dashboard(owner, role=Role.STAFF).get(HERE).status == 403


class TestLogo:
    def test_it_is_shown_in_the_rail_and_on_cards_and_removed_again(
        self, shop: Shop, owner: Person, dashboard: DashboardClient
    ) -> None:
        page = dashboard.follow(dashboard.upload(dashboard.get(HERE), HERE, "picture", "logo.png", picture()))
        logo = account(shop, owner)["logo"]
        assert f"/images/{logo}.webp" in page.html
        assert shop.request("GET", f"/images/{logo}.webp").status == 200
        # Whatever else is saved leaves it as it is.
        dashboard.done(dashboard.get(HERE), HERE, accountNm="With a logo")
        assert account(shop, owner)["logo"] == logo
        dashboard.done(dashboard.get(HERE), HERE, removeLogo="Y")
        assert account(shop, owner)["logo"] == ""
        assert shop.request("GET", f"/images/{logo}.webp").status == 404

    def test_what_is_no_picture_is_refused(self, shop: Shop, owner: Person, dashboard: DashboardClient) -> None:
        page = dashboard.upload(dashboard.get(HERE), HERE, "picture", "logo.svg", b"<svg onload=alert(1)>")
        assert page.status == 400
        assert account(shop, owner)["logo"] == ""

    def test_another_accounts_picture_cannot_be_taken_for_a_logo(
        self, shop: Shop, owner: Person, dashboard: DashboardClient
    ) -> None:
        other = shop.open_account(name="Other shop")
        theirs = shop.dashboard(other)
        theirs.follow(theirs.upload(theirs.get(HERE), HERE, "picture", "logo.png", picture("blue")))
        dashboard.done(dashboard.get(HERE), HERE, keptLogo=str(account(shop, other)["logo"]))
        assert account(shop, owner)["logo"] == ""


class TestTwoAtOnce:
    @pytest.fixture
    def second(self, shop: Shop, owner: Person, dashboard: DashboardClient) -> DashboardPage:
        """Somebody whose form was opened before somebody else saved another one."""
        page, other = dashboard.get(HERE), shop.dashboard(owner)
        other.done(other.get(HERE), HERE, accountNm="Theirs")
        return dashboard.submit(page, HERE, accountNm="Mine", timeZone="Asia/Tokyo")

    def test_the_second_is_shown_the_difference_and_nothing_is_saved(
        self, shop: Shop, owner: Person, second: DashboardPage
    ) -> None:
        assert second.status == 409
        assert "Shop's name Theirs Mine" in second.text
        assert "Time zone Asia/Seoul Asia/Tokyo" in second.text
        assert account(shop, owner)["name"] == "Theirs"

    def test_the_second_may_save_all_the_same(
        self, shop: Shop, owner: Person, dashboard: DashboardClient, second: DashboardPage
    ) -> None:
        dashboard.done(second, HERE)
        row = account(shop, owner)
        assert (row["name"], row["time_zone"]) == ("Mine", "Asia/Tokyo")
