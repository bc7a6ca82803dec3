"""Two people edit the same card at once: the second is told and shown the difference, nothing is overwritten in silence."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from stampwell.features.people.model import Role


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Two desks")


@pytest.fixture
def there(owner: Person) -> str:
    return f"/dashboard/cards/{owner.card_id}/edit"


@pytest.fixture
def second(shop: Shop, owner: Person, there: str) -> tuple[DashboardClient, DashboardPage]:
    """Somebody whose form was opened before somebody else saved another one."""
    dashboard, other = shop.dashboard(owner), shop.dashboard(owner, role=Role.MANAGER)
    page = dashboard.get(there)
    other.done(other.get(there), there, cardNm="Theirs", rewardTtl="Their <b>tea</b>")
    return dashboard, dashboard.submit(page, there, cardNm="Mine", maxStamps="12", onsitePwd="my-secret")


def _card(shop: Shop, owner: Person) -> dict[str, object]:
    (row,) = shop.data.rows("SELECT * FROM card WHERE card_id = :card_id", card_id=owner.card_id)
    return row


def test_the_second_is_shown_every_difference_and_nothing_is_saved(
    shop: Shop, owner: Person, second: tuple[DashboardClient, DashboardPage]
) -> None:
    _, page = second
    assert page.status == 409
    assert "Name Theirs Mine" in page.text
    assert "Stamps to collect 10 12" in page.text
    assert "Reward Their <b>tea</b> A coffee" in page.text
    assert "<b>tea" not in page.html
    assert "my-secret" not in page.html
    assert (_card(shop, owner)["name"], _card(shop, owner)["version"]) == ("Theirs", 2)


def test_mine_is_saved_when_it_is_asked_for(
    shop: Shop, owner: Person, there: str, second: tuple[DashboardClient, DashboardPage]
) -> None:
    dashboard, page = second
    assert "Mine is saved." in dashboard.done(page, there).text
    card = _card(shop, owner)
    assert [card[name] for name in ("name", "reward_title", "max_stamps", "version")] == ["Mine", "A coffee", 12, 3]


def test_theirs_is_taken_by_opening_the_form_anew(there: str, second: tuple[DashboardClient, DashboardPage]) -> None:
    dashboard, page = second
    assert f'href="{there}"' in page.html
    assert 'value="Theirs"' in dashboard.get(there).html


def test_a_third_who_was_quicker_still_is_told(
    shop: Shop, owner: Person, there: str, second: tuple[DashboardClient, DashboardPage]
) -> None:
    dashboard, page = second
    other = shop.dashboard(owner, role=Role.MANAGER)
    other.done(other.get(there), there, cardNm="Third")
    again = dashboard.submit(page, there)
    assert again.status == 409
    assert "Name Third Mine" in again.text


def test_a_change_through_the_api_is_noticed_too(shop: Shop, owner: Person, there: str) -> None:
    dashboard = shop.dashboard(owner)
    page = dashboard.get(there)
    assert shop.put("/api/card/v1/update", owner, cardIdx=owner.card_id, cardNm="By a program").status == 200
    assert dashboard.submit(page, there, cardNm="Mine").status == 409
