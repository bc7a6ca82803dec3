"""Making and changing a card: its fields, its colours, its picture."""

from io import BytesIO

import pytest
from PIL import Image

from kit.dashboard_client import DashboardClient
from kit.people import Person
from kit.shop import Shop
from kit.stamps import issue
from stampwell.drawing.color_sheets import sheet_path
from stampwell.features.people.model import Role

NEW = "/dashboard/cards/new"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Bean Sons")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def _newest(shop: Shop, owner: Person) -> dict[str, object]:
    (row,) = shop.data.rows(
        "SELECT * FROM card WHERE account_id = :account_id ORDER BY card_id DESC LIMIT 1", account_id=owner.account_id
    )
    return row


def _png(color: str = "red") -> bytes:
    written = BytesIO()
    Image.new("RGB", (700, 700), color).save(written, "PNG")
    return written.getvalue()


def test_a_new_card_has_what_was_filled_in(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    page = dashboard.done(
        dashboard.get(NEW),
        NEW,
        cardNm="Tea card",
        cardTtl="Drink <i>tea</i>",
        maxStamps="7",
        rewardTtl="A tea",
        url="https://tea.example/",
        cooldownSec="60",
        dailyMax="2",
        renewYn="Y",
        onsiteYn="Y",
        onsitePwd="green-tea",
        ownColor="Y",
        color="#1F6B4A",
    )
    card = _newest(shop, owner)
    assert f"Its Card IDX is {card['card_id']}" in page.text
    names = ("name", "title", "max_stamps", "reward_title", "url", "cooldown_s", "daily_max", "renews", "onsite", "color")
    assert [card[name] for name in names] == [
        "Tea card", "Drink <i>tea</i>", 7, "A tea", "https://tea.example/", 60, 2, True, True, "1f6b4a",
    ]  # fmt: skip
    assert card["paper_color"] == ""
    assert sheet_path(["1f6b4a"]) in page.html
    assert "<i>tea" not in page.html
    (entry,) = shop.data.rows("SELECT * FROM audit WHERE account_id = :account_id", account_id=owner.account_id)
    assert "Tea card" in entry["changes"]
    assert "green-tea" not in str(entry)
    assert "argon2" not in str(entry)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(shop: Shop, dashboard: DashboardClient) -> None:
    before = shop.data.count("card")
    page = dashboard.submit(dashboard.get(NEW), NEW, cardNm="   ", maxStamps="101", rewardTtl="A tea", onsitePwd="abc")
    # Nor is it the person's own, to be kept by the browser.
    assert 'type="password"' not in page.html
    assert page.status == 400
    assert "Enter 100 or less." in page.text
    assert "Enter a name." in page.text
    assert 'value="A tea"' in page.html
    assert 'value="abc"' not in page.html
    assert shop.data.count("card") == before


def test_a_card_for_the_shop_alone_needs_a_staff_password(dashboard: DashboardClient) -> None:
    page = dashboard.submit(dashboard.get(NEW), NEW, cardNm="Tea", onsiteYn="Y")
    assert page.status == 400
    assert "Enter a staff password" in page.text


def test_the_preview_shows_the_card_as_it_would_be_and_saves_nothing(shop: Shop, dashboard: DashboardClient) -> None:
    before = shop.data.count("card")
    page = dashboard.submit(
        dashboard.get(NEW),
        NEW,
        preview="Y",
        cardTtl="Free tea",
        maxStamps="3",
        rewardTtl="a tea",
        ownColor="Y",
        color="#00aa88",
    )
    assert page.status == 200
    assert "2 more for a tea" in page.text
    assert page.html.count('class="face-mark ') == 3
    assert 'data-color="00aa88"' in page.html
    assert shop.data.count("card") == before


def test_the_form_of_a_card_is_filled_in_and_saving_it_unchanged_changes_nothing(
    shop: Shop, dashboard: DashboardClient, owner: Person
) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    before = _newest(shop, owner)
    dashboard.done(dashboard.get(f"{there}/edit"), f"{there}/edit")
    assert _newest(shop, owner) == before
    assert shop.data.rows("SELECT * FROM audit WHERE account_id = :account_id", account_id=owner.account_id) == []


def test_what_is_cleared_is_gone_and_the_rest_stays(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    dashboard.done(dashboard.get(f"{there}/edit"), f"{there}/edit", url="", maxStamps="12")
    card = _newest(shop, owner)
    assert (card["url"], card["max_stamps"], card["reward_title"], card["version"]) == ("", 12, "A coffee", 2)


def test_an_uploaded_picture_becomes_the_mark_and_the_api_gives_out_its_address(
    shop: Shop, dashboard: DashboardClient, owner: Person
) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    page = dashboard.follow(dashboard.upload(dashboard.get(f"{there}/edit"), f"{there}/edit", "picture", "bean.png", _png()))
    url = str(shop.get("/api/card/v1/get", owner, cardIdx=owner.card_id).result["stampImgUrl"])
    assert url.startswith("https://vvd.bz/images/")
    path = url.removeprefix("https://vvd.bz")
    assert f'<image href="{path}"' in page.html
    served = dashboard.get(path)
    assert (served.status, served.headers["Content-Type"]) == (200, "image/webp")
    with Image.open(BytesIO(served.content)) as image:
        assert image.size == (512, 512)
    dashboard.done(dashboard.get(f"{there}/edit"), f"{there}/edit", cardNm="Still has it")
    assert str(_newest(shop, owner)["stamp_img_url"]) == url
    dashboard.done(dashboard.get(f"{there}/edit"), f"{there}/edit", removePicture="Y")
    assert _newest(shop, owner)["stamp_img_url"] == ""
    assert dashboard.get(path).status == 404


def test_a_file_that_is_no_picture_is_refused_beside_its_field(dashboard: DashboardClient, owner: Person) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    page = dashboard.upload(dashboard.get(f"{there}/edit"), f"{there}/edit", "picture", "bean.svg", drawing)
    assert page.status == 400
    assert "SVG drawings are not taken" in page.text


def test_a_picture_elsewhere_is_named_and_never_loaded(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    page = dashboard.done(dashboard.get(f"{there}/edit"), f"{there}/edit", stampImgUrl="https://elsewhere.example/bean.png")
    assert "on another server" in page.text
    assert "elsewhere.example" not in page.html
    assert _newest(shop, owner)["stamp_img_url"] == "https://elsewhere.example/bean.png"


class TestAnotherGoal:
    def test_says_before_and_after_saving_how_many_keep_the_old_one(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        there = f"/dashboard/cards/{owner.card_id}"
        for _ in range(2):
            issue(shop, owner.card_id, by=owner)
        page = dashboard.get(f"{there}/edit")
        assert "1 to 100, for new cards. 2 existing cards keep their goal of 10." in page.text
        after = dashboard.done(page, f"{there}/edit", maxStamps="8")
        assert "is saved. 2 existing cards keep their goal of 10." in after.text
        issue(shop, owner.card_id, by=owner)
        page = dashboard.get(f"{there}/edit")
        assert "3 existing cards keep the goals they were issued with." in page.text
        after = dashboard.done(page, f"{there}/edit", maxStamps="10")
        assert "is saved. 1 existing card keeps its goal of 8." in after.text

    def test_of_a_card_that_nobody_has_is_nothing_to_speak_of(self, dashboard: DashboardClient, owner: Person) -> None:
        there = f"/dashboard/cards/{owner.card_id}"
        page = dashboard.get(f"{there}/edit")
        assert "existing card" not in page.html.partition('id="maxStamps-hint"')[2].partition("</p>")[0]
        assert "existing card" not in dashboard.done(page, f"{there}/edit", maxStamps="8").text.partition("is saved.")[2][:40]

    def test_is_not_spoken_of_where_the_goal_stays(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        there = f"/dashboard/cards/{owner.card_id}"
        issue(shop, owner.card_id, by=owner)
        after = dashboard.done(dashboard.get(f"{there}/edit"), f"{there}/edit", cardNm="Tea")
        assert "existing card" not in after.text.partition("is saved.")[2][:40]


def test_a_title_with_another_number_is_remarked_and_taken(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    remark = "The title says 10, but the card takes 8 stamps."
    preview = dashboard.submit(dashboard.get(NEW), NEW, preview="Y", cardTtl="Ten coffees", maxStamps="8")
    assert remark in preview.text
    page = dashboard.done(dashboard.get(NEW), NEW, cardNm="Coffee", cardTtl="Ten coffees", maxStamps="8")
    assert remark in page.text
    assert _newest(shop, owner)["title"] == "Ten coffees"


def test_without_a_logo_the_editor_says_where_one_is_uploaded(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    assert '<a href="/dashboard/account#picture">Add a logo</a>' in dashboard.get(NEW).html
    assert 'id="picture"' in dashboard.get("/dashboard/account").html
    manager = shop.dashboard(owner, role=Role.MANAGER)
    assert "An owner can add it on the Account page." in manager.get(NEW).text


def test_a_double_click_makes_one_card(shop: Shop, dashboard: DashboardClient) -> None:
    page = dashboard.get(NEW)
    before = shop.data.count("card")
    first, second = (dashboard.submit(page, NEW, cardNm="Once") for _ in range(2))
    assert first.location == second.location
    assert shop.data.count("card") == before + 1
