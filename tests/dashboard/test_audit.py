"""The audit log: everything that anybody did, in words."""

import ast
import re
from pathlib import Path

import pytest

import stampwell
from kit import stamps
from kit.command import InProcess
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR, key_actor, staff_actor
from stampwell.dashboard.account.audit_labels import SENTENCES
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.events.model import EventType
from stampwell.features.people.model import Role

HERE = "/dashboard/account/audit"
_ACTION = re.compile(r"(account|card|domain|import|key|location|person|stamp|stamps|webhook)\.[a-z_-]+")


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Watched shop")


def actions_in_the_code() -> set[str]:
    """Every text of the program that has the form of an action, but for types of events."""
    found = set()
    for path in Path(stampwell.__file__).parent.rglob("*.py"):
        if path.parent.name == "events" or path.name in {"words.py", "queries.py", "action_queries.py", "issue_queries.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _ACTION.fullmatch(node.value):
                found.add(node.value)
    return found


def test_whatever_is_recorded_has_its_sentence() -> None:
    files = {"card.css", "card.html", "import.csv"}
    assert actions_in_the_code() - files - set(SENTENCES) - set(EventType) == set()


class TestLog:
    def test_a_change_says_who_what_before_and_after(self, shop: Shop, owner: Person) -> None:
        dashboard = shop.dashboard(owner, name="Alice Brown")
        there = f"/dashboard/cards/{owner.card_id}/edit"
        dashboard.done(dashboard.get(there), there, cardNm="Tea", rewardTtl="A <b>pot</b>")
        page = dashboard.get(HERE)
        assert "Changed the card Tea" in page.text
        assert "Name: Card of Watched shop → Tea" in page.text
        assert "Reward: A coffee → A <b>pot</b>" in page.text
        assert "Alice Brown" in page.text
        assert f'href="/dashboard/cards/{owner.card_id}"' in page.html

    def test_what_programs_do_to_cards_and_what_they_delete_is_in_it(self, shop: Shop, owner: Person) -> None:
        card = stamps.make_card(shop, by=owner, cardNm="Soup")
        stamps.change_card(shop, card, by=owner, maxStamps=4, onsiteYn="Y", onsitePwd="secret77")
        number = shop.create(owner, {"cardIdx": card, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}).result
        stamps.do(shop, "delete", number, by=owner)
        assert shop.request("DELETE", f"/api/card/v1/delete?cardIdx={card}", by=owner).json == stamps.DONE
        text = shop.dashboard(owner).get(HERE).text
        for said in (
            "Created the card Soup",
            "Stamps to collect: 3 → 4",
            "Staff password: changed",
            "Deleted the card Soup",
        ):
            assert said in text
        assert re.search("Deleted the card [0-9A-Z]{16} and its history", text)
        assert f"API key {owner.key_id}" in text
        assert "secret77" not in text

    def test_what_was_refused_is_not(self, shop: Shop, owner: Person) -> None:
        answer = shop.request("PUT", "/api/card/v1/update", by=owner, body={"cardIdx": 987654, "cardNm": "Nobody's"})
        assert answer.status == 404
        assert "Nobody's" not in shop.dashboard(owner).get(HERE).text

    def test_it_can_be_narrowed_to_a_person_and_to_a_kind(self, shop: Shop, owner: Person) -> None:
        dashboard, other = shop.dashboard(owner, name="Alice"), shop.dashboard(owner, role=Role.MANAGER, name="Bob")
        assert other.person is not None
        there = f"/dashboard/cards/{owner.card_id}/edit"
        dashboard.done(dashboard.get(there), there, cardNm="Tea")
        other.done(other.get(there), there, cardNm="Cake")
        dashboard.done(dashboard.get("/dashboard/account"), "/dashboard/account", accountNm="Tea house")
        of_bob = dashboard.get(HERE, person=other.person.person_id).text
        assert ("Name: Tea → Cake" in of_bob, "→ Tea " in of_bob) == (True, False)
        of_account = dashboard.get(HERE, kind="account").text
        assert ("Watched shop → Tea house" in of_account, "Cake" in of_account) == (True, False)
        assert "No matching changes" in dashboard.get(HERE, person=other.person.person_id, kind="key").text

    def test_a_key_with_a_persons_number_is_not_that_person(self, shop: Shop, owner: Person) -> None:
        dashboard = shop.dashboard(owner)
        assert dashboard.person is not None
        by = key_actor(dashboard.person.person_id)
        shop.data.write(record, NewAuditEntry(owner.account_id, by, "card.created", 1, "By the key", 1))
        assert "By the key" in dashboard.get(HERE).text
        assert "By the key" not in dashboard.get(HERE, person=dashboard.person.person_id).text

    def test_older_ones_are_on_further_pages(self, shop: Shop, owner: Person) -> None:
        for number in range(120):
            entry = NewAuditEntry(owner.account_id, OPERATOR, "card.created", None, f"number {number:03}.", number)
            shop.data.write(record, entry)
        dashboard, seen, path = shop.dashboard(owner), [], HERE
        while path:
            page = dashboard.get(path)
            seen += re.findall(r"number (\d{3})\.", page.text)
            older = re.search(r'rel="next" href="([^"]+)"', page.html)
            path = older[1].replace("&amp;", "&") if older else ""
        assert [int(number) for number in seen] == list(range(119, -1, -1))

    def test_an_action_that_nobody_foresaw_is_named(self, shop: Shop, owner: Person) -> None:
        by = staff_actor(1, "Somebody")
        shop.data.write(record, NewAuditEntry(owner.account_id, by, "moon.landed", 7, "Eagle", 1, {"flag": [False, True]}))
        text = shop.dashboard(owner).get(HERE).text
        assert "moon.landed: Eagle" in text
        assert "flag: no → yes" in text

    def test_another_accounts_is_not_shown(self, shop: Shop, owner: Person) -> None:
        other = shop.open_account(name="Other shop")
        shop.data.write(record, NewAuditEntry(other.account_id, OPERATOR, "card.created", 1, "Secret card", 1))
        assert "Secret card" not in shop.dashboard(owner).get(HERE).text


class TestOperator:
    def test_what_the_operator_does_is_in_it(self, own_shop: Shop, tmp_path: Path) -> None:
        shop, command = own_shop, InProcess(own_shop.data.url)
        number = str(shop.alice.account_id)
        for words in (
            ("account", "set-plan", number, "premium"),
            ("account", "set-stamp-idx-format", number, "code"),
            ("account", "suspend", number),
            ("account", "resume", number),
            ("key", "create", "--account", number, "--name", "till"),
            ("card", "create", "--account", number, "--name", "Cake card", "--max-stamps", "5"),
            ("domain", "add", "--account", number, "https://cards.beans.example", "--verified"),
            ("domain", "remove", "--account", number, "https://cards.beans.example"),
            ("stamp", "export", "--account", number, str(tmp_path / "all.csv")),
        ):
            assert command(*words).status == 0, words
        text = shop.dashboard().get(HERE).text
        for said in (
            "Changed the plan Plan: enterprise → premium the operator",
            "stampIdxFormat: integer → code",
            "Suspended the account",
            "Resumed the account",
            "Created the API key till",
            "Created the card Cake card",
            "Verified the domain",
            "Removed the domain",
            "Exported cards: all.csv",
        ):
            assert said in text, said
