"""The shop that `stampwell demo` fills."""

from datetime import UTC, datetime

import pytest

from kit.data import Data
from kit.process import Command
from kit.projection import project
from stampwell.cli.demo_month import STAMPS
from stampwell.cli.demo_shop import open_shop
from stampwell.features.cards.service import list_cards
from stampwell.features.domains.service import list_domains
from stampwell.features.people.access_links import list_invitations
from stampwell.features.people.service import list_people
from stampwell.features.request_log.service import refusals_since
from stampwell.features.stamps.counts import count_full
from stampwell.features.stamps.ledger.daily_counts import daily_counts

DAY_US = 86_400_000_000
HOME = "https://vvd.bz"


def at(hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, 24, hour, minute, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def account(data: Data) -> int:
    return data.write(open_shop, default_domain=HOME, now_us=at(15))


class TestTheMonth:
    @pytest.mark.parametrize("now_us", [at(0), at(3, 20), at(8), at(12), at(23, 59)])
    def test_it_can_be_made_at_any_hour_and_nothing_of_it_lies_ahead(self, data: Data, now_us: int) -> None:
        data.write(open_shop, default_domain=HOME, now_us=now_us)
        assert data.count("stamp") == STAMPS
        (latest,) = data.rows("SELECT MAX(occurred_at) AS at FROM stamp_event")
        assert latest["at"] <= now_us

    def test_every_stamp_is_what_its_ledger_says(self, data: Data, account: int, stampwell: Command) -> None:
        assert account
        done = stampwell("doctor", "--ledger", "--json", database_url=data.url)
        (ledger,) = [check for check in done.json["checks"] if check["check"] == "ledger"]
        assert (ledger["okYn"], ledger["message"].startswith(f"{STAMPS} stamps")) == ("Y", True)

    def test_everything_that_happens_to_stamps_happens(self, data: Data, account: int) -> None:
        assert account
        rows = data.rows("SELECT kind, COUNT(*) AS n FROM stamp_event GROUP BY kind")
        kinds = {row["kind"]: row["n"] for row in rows}
        assert kinds["issued"] == STAMPS
        assert kinds["added"] > 2 * STAMPS
        assert kinds["redeemed"] >= 10
        assert kinds["removed"] >= 5
        assert kinds["updated"] == 2
        assert kinds["reward_redeemed"] >= 10
        assert kinds["reversed"] == 1
        channels = {row["channel"] for row in data.rows("SELECT DISTINCT channel FROM stamp_event")}
        assert channels == {"api", "dashboard"}

    def test_it_is_spread_over_the_days_and_the_cards(self, data: Data, account: int) -> None:
        project(data)
        first = datetime(2026, 10, 26, tzinfo=UTC).date()
        counts = data.read(daily_counts, account, first)
        assert len(counts) >= 28
        assert sum(count.issued for count in counts.values()) == STAMPS
        per_card = data.rows("SELECT card_id, COUNT(*) AS n FROM stamp GROUP BY card_id ORDER BY card_id")
        assert [row["n"] for row in per_card] == [60, 35, 25]

    def test_twice_is_the_same_month(self, data: Data, account: int) -> None:
        story = "SELECT stamp_id, kind, stamps_after, occurred_at FROM stamp_event ORDER BY event_id"
        once = data.rows(story)
        again = data.write(open_shop, default_domain=HOME, now_us=at(16))
        assert (again, data.rows(story)) == (account, once)


class TestTheShop:
    def test_it_has_three_cards_of_different_character(self, data: Data, account: int) -> None:
        cards = data.read(list_cards, account)
        assert (cards[0].card_id, cards[0].max_stamps) == (123, 10)
        assert len({(card.color, card.reward_title, card.max_stamps) for card in cards}) == 3

    def test_it_has_people_and_somebody_who_is_invited(self, data: Data, account: int) -> None:
        assert {person.role for person in data.read(list_people, account)} == {"owner", "manager", "staff"}
        assert len(data.read(list_invitations, account, now_us=at(15))) == 1

    def test_one_domain_is_verified_and_one_waits(self, data: Data, account: int) -> None:
        assert sorted(domain.verified_at is None for domain in data.read(list_domains, account)) == [False, True]

    def test_something_needs_a_look(self, data: Data, account: int) -> None:
        refused = data.read(refusals_since, account, at(15) - DAY_US)
        assert dict(refused.by_code) == {40910: 3, 40907: 2, 40002: 1}
        assert data.read(count_full, account, today=datetime(2026, 11, 24, tzinfo=UTC).date()).number > 0

    def test_some_customers_have_a_reward_on_the_way_to_come(self, data: Data, account: int) -> None:
        owed = "SELECT COUNT(*) AS n FROM stamp WHERE account_id = :a AND handed_out = '[]' AND rewards <> '[]' AND stamps >= 5"
        (row,) = data.rows(f"{owed} AND redeemed_at IS NULL", a=account)
        assert row["n"] > 0

    def test_its_customers_can_only_be_reached_in_fiction(self, data: Data, account: int) -> None:
        assert account
        for customer in data.rows("SELECT user_email, user_phone FROM stamp"):
            assert customer["user_email"].endswith("@example.com")
            assert customer["user_phone"].startswith("+1 555-")
