"""Two at the same moment where the second has to wait for the first: tries at one secret, proofs of one address, owners."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from kit import stamps
from kit.data import Data
from kit.joining import invited, join, members
from kit.load import wait_for
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.core.days import stored_zone
from stampwell.features.people import queries, service
from stampwell.features.people.errors import LastOwner
from stampwell.features.people.model import Role
from stampwell.features.stamps import try_queries
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.shared_secrets import Client, begin_pin_try, digest_of_network
from stampwell.features.stamps.staff_password import begin_password_try
from stampwell.features.stamps.states import Action
from stampwell.features.stamps.try_queries import Subject

# SQLite has one writer at a time, whatever is locked.
pytestmark = pytest.mark.one_database("postgresql")

T = TypeVar("T")
WAITING = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_PATIENCE_S = 20


def in_turn(shop: Shop, first: Callable[[Any], T], second: Callable[[Any], T]) -> tuple[T, T]:
    """What both units answer: the second one begins while the first one's transaction is open, which ends when it waits."""
    begun, go_on = threading.Event(), threading.Event()

    def held(tx: Any) -> T:
        answer = first(tx)
        begun.set()
        assert go_on.wait(_PATIENCE_S)
        return answer

    def write(unit: Callable[[Any], T]) -> T:
        with Data(shop.data.url) as data:
            return data.write(unit)

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(write, held)
        assert begun.wait(_PATIENCE_S)
        other = threads.submit(write, second)
        try:
            wait_for(lambda: other.done() or shop.data.rows(WAITING)[0]["n"] > 0)
            assert not other.done(), "the second one did not wait"
        finally:
            go_on.set()
        return one.result(_PATIENCE_S), other.result(_PATIENCE_S)


@pytest.mark.parametrize("networks", [("192.0.2.1", "192.0.2.2"), ("192.0.2.1", "192.0.2.1")], ids=["two", "one"])
def test_tries_at_one_pin(own_shop: Shop, networks: tuple[str, str]) -> None:
    stamp, account_id = stamps.issue(own_shop, own_shop.alice.card_id), own_shop.alice.account_id
    own_shop.data.run("UPDATE stamp SET pin_hash = 'x' WHERE stamp_id = :stamp", stamp=stamp)
    units = [
        lambda tx, at=at: begin_pin_try(tx, account_id, stamp, client=Client(at), now_us=own_shop.clock.now_us())
        for at in networks
    ]
    assert [tried.left for tried in in_turn(own_shop, *units)] == [4, 3]


def test_tries_at_one_password(own_shop: Shop) -> None:
    card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd="latte77")
    stamp, account_id = stamps.issue(own_shop, card), own_shop.alice.account_id
    given = {"action": Action.ADD, "client": Client("192.0.2.1")}
    meta = EventMeta(OPERATOR, own_shop.clock.now_us(), stored_zone("Asia/Seoul"))

    def unit(tx: Any) -> int:
        return begin_password_try(tx, account_id, stamp, meta=meta, **given).left

    # The row that is counted in is there: whoever makes or changes it is waited for in any case.
    assert own_shop.data.write(unit) == 4
    subject = Subject(account_id, card, 0, "password", digest_of_network("192.0.2.1"))

    def reading(tx: Any) -> int:
        """As far as a try goes before it writes what it has counted."""
        return try_queries.lock(tx, subject, now_us=own_shop.clock.now_us()).failures

    assert in_turn(own_shop, reading, unit) == (1, 3)


def test_proofs_of_one_address(own_shop: Shop) -> None:
    people = [
        join(own_shop, invited(own_shop, of, email).token) and members(own_shop, of)[-1].person_id
        for of, email in ((own_shop.alice, "bob@beans.example"), (own_shop.charlie, "eve@beans.example"))
    ]
    units = [
        lambda tx, who=who: queries.prove(tx, who, "dora@beans.example", now_us=own_shop.clock.now_us()).person_id
        for who in people
    ]
    assert list(in_turn(own_shop, *units)) == people
    rows = own_shop.data.rows("SELECT person_id FROM person WHERE email = 'dora@beans.example' AND proved_at IS NOT NULL")
    assert [row["person_id"] for row in rows] == people[1:]


def test_owners_who_take_each_other_away(own_shop: Shop) -> None:
    pair = [own_shop.dashboard(role=Role.OWNER).person for _ in range(2)]
    left = [one.person_id for one in pair if one is not None]

    def demote(tx: Any, who: int) -> str:
        try:
            service.change_role(tx, own_shop.alice.account_id, who, Role.STAFF, actor=OPERATOR, now_us=1)
        except LastOwner:
            return "refused"
        return "done"

    answers = in_turn(own_shop, lambda tx: demote(tx, left[0]), lambda tx: demote(tx, left[1]))
    assert answers == ("done", "refused")
