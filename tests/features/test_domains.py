"""Custom domains: who may register what, who gets it verified, and when it is looked for again. On both databases."""

import threading
from functools import partial

import pytest

from kit.beside import one_beside_the_other
from kit.clock import FakeClock
from kit.data import Data
from kit.people import open_account
from stampwell.core.actors import OPERATOR
from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import english, phrase
from stampwell.db.database import Tx
from stampwell.features.domains import service
from stampwell.features.domains.errors import DomainInvalid
from stampwell.features.domains.model import Domain, Outcome
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.plans.table import load_plans

_PLANS = load_plans(None)
_NOW_US = FakeClock().now_us()
_MINUTE_US = 60_000_000
_DAY_US = 86_400_000_000
_NOT_FOUND = Outcome(None, (phrase("There is no TXT record at {name} yet.", name="_stampwell.x.example"),))


@pytest.fixture
def account_id(data: Data) -> int:
    return open_account(data, now_us=_NOW_US, plan="premium").account_id


def _register(data: Data, account_id: int, origin: str, *, now_us: int = _NOW_US) -> service.Registered:
    return data.write(
        service.register,
        account_id,
        origin=origin,
        plans=_PLANS,
        instance_domains=frozenset({"https://vvd.bz"}),
        actor=OPERATOR,
        now_us=now_us,
    )


def _note(data: Data, domain: Domain, outcome: Outcome, *, now_us: int = _NOW_US) -> Domain:
    noted = data.write(service.note_check, domain.account_id, domain.domain_id, outcome=outcome, actor=None, now_us=now_us)
    assert noted is not None
    return noted


class TestRegistering:
    @pytest.mark.parametrize(
        "text", ["stamps.beans.example", "https://Stamps.Beans.example/", " https://stamps.beans.example:443 "]
    )
    def test_any_spelling_is_the_same_domain(self, data: Data, account_id: int, text: str) -> None:
        first, again = _register(data, account_id, "https://stamps.beans.example"), _register(data, account_id, text)
        assert (first.is_new, again.is_new) == (True, False)
        assert again.domain == first.domain
        assert (first.domain.origin, first.domain.verified_at) == ("https://stamps.beans.example", None)
        assert len(first.domain.token) == 32

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("http://beans.example", "must begin with https://, because the links of stamps do"),
            ("https://beans.example/menu", "must be a domain such as https://stamps.example.com, without a path"),
            ("", "must be a domain such as https://stamps.example.com, without a path"),
            ("beans.example:8443", "must have no port: certificates are made for the usual one"),
            (
                "https://192.0.2.1",
                "must be the full name of a domain such as stamps.example.com, not an address or a short name",
            ),
            (
                "https://[2001:db8::1]",
                "must be the full name of a domain such as stamps.example.com, not an address or a short name",
            ),
            ("https://127.1", "must be the full name of a domain such as stamps.example.com, not an address or a short name"),
            ("https://a.0x7f", "must be the full name of a domain such as stamps.example.com, not an address or a short name"),
            ("localhost", "must be the full name of a domain such as stamps.example.com, not an address or a short name"),
            (f"{'a.' * 120}example", "must have at most 242 characters"),
            ("vvd.bz", "is a domain of this Stampwell itself: every account can use it, without registering it"),
        ],
    )
    def test_what_is_refused(self, data: Data, account_id: int, text: str, problem: str) -> None:
        with pytest.raises(FieldsWrong) as wrong:
            _register(data, account_id, text)
        assert [(row.field, row.problem.said(english)) for row in wrong.value.fields] == [("domain", problem)]
        assert data.count("domain") == 0

    def test_a_name_has_to_leave_room_for_the_record_before_it(self, data: Data, account_id: int) -> None:
        longest = f"{'a.' * 117}examples"
        assert len(f"_stampwell.{longest}") == 253
        assert _register(data, account_id, longest).is_new
        with pytest.raises(FieldsWrong, match="must have at most 242 characters"):
            _register(data, account_id, f"{longest}x")

    def test_a_plan_without_them(self, data: Data) -> None:
        account = open_account(data, now_us=_NOW_US, plan="personal")
        with pytest.raises(PlanLacksCustomDomains, match="premium"):
            _register(data, account.account_id, "https://beans.example")

    def test_a_hundred_are_enough(self, data: Data, account_id: int) -> None:
        for number in range(100):
            _register(data, account_id, f"https://s{number}.example")
        with pytest.raises(FieldsWrong, match="an account can have 100"):
            _register(data, account_id, "https://one-more.example")
        assert not _register(data, account_id, "https://s0.example").is_new


class TestVerifying:
    def test_a_proof_verifies_at_once(self, data: Data, account_id: int) -> None:
        domain = _note(data, _register(data, account_id, "https://beans.example").domain, Outcome("dns"))
        assert (domain.verified_at, domain.verified_by, domain.checked_at, domain.problems) == (_NOW_US, "dns", _NOW_US, ())
        assert data.read(service.is_domain_verified, account_id, "https://beans.example")

    def test_until_then_links_on_it_lead_to_nobody(self, data: Data, account_id: int) -> None:
        domain = _register(data, account_id, "https://beans.example").domain
        assert data.read(service.accounts_of_host, "beans.example") == []
        assert not data.read(service.is_host_verified, "beans.example")
        _note(data, domain, Outcome("dns"))
        assert data.read(service.accounts_of_host, "beans.example") == [account_id]
        assert data.read(service.is_host_verified, "beans.example")

    def test_none_is_remembered_in_words(self, data: Data, account_id: int) -> None:
        domain = _note(data, _register(data, account_id, "https://beans.example").domain, _NOT_FOUND)
        assert (domain.verified_at, domain.checked_at) == (None, _NOW_US)
        assert [problem.said(english) for problem in domain.problems] == ["There is no TXT record at _stampwell.x.example yet."]

    def test_a_verified_domain_stays_verified(self, data: Data, account_id: int) -> None:
        domain = _note(data, _register(data, account_id, "https://beans.example").domain, Outcome("file"))
        later = _note(data, domain, _NOT_FOUND, now_us=_NOW_US + _DAY_US)
        assert (later.verified_at, later.verified_by) == (_NOW_US, "file")
        assert len(later.problems) == 1

    def test_a_second_proof_leaves_when_it_was_verified(self, data: Data, account_id: int) -> None:
        domain = _note(data, _register(data, account_id, "https://beans.example").domain, Outcome("dns"))
        later = _note(data, domain, Outcome("file"), now_us=_NOW_US + _DAY_US)
        assert (later.verified_at, later.verified_by, later.checked_at) == (_NOW_US, "file", _NOW_US + _DAY_US)

    def test_the_word_of_the_operator_stands(self, data: Data, account_id: int) -> None:
        domain = data.write(
            service.add, account_id, origin="https://beans.example", verified=True, actor=OPERATOR, now_us=_NOW_US
        )
        assert (domain.verified_by, domain.verified_at) == ("operator", _NOW_US)
        assert _note(data, domain, _NOT_FOUND).problems == ()

    def test_of_two_accounts_one_gets_it(self, data: Data, account_id: int) -> None:
        other = open_account(data, now_us=_NOW_US).account_id
        first, second = (_register(data, one, "https://beans.example").domain for one in (account_id, other))
        assert first.token != second.token
        _note(data, first, Outcome("dns"))
        refused = _note(data, second, Outcome("dns"))
        assert refused.verified_at is None
        (problem,) = refused.problems
        assert problem.said(english) == (
            "The proof is there, but another account of this Stampwell has beans.example verified already. "
            "Have it removed there, or ask the operator of this Stampwell."
        )

    def test_accounts_that_race_for_it(self, data: Data) -> None:
        owners = [open_account(data, now_us=_NOW_US).account_id for _ in range(6)]
        domains = [_register(data, one, "https://beans.example").domain for one in owners]
        start, verified = threading.Barrier(len(domains)), []

        def race(domain: Domain) -> None:
            with Data(data.url) as own:
                start.wait()
                verified.append(_note(own, domain, Outcome("dns")).verified_at)

        threads = [threading.Thread(target=race, args=(domain,)) for domain in domains]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(one is not None for one in verified) == [False] * 5 + [True]

    @pytest.mark.one_database("postgresql")
    @pytest.mark.parametrize("who_is_first", ["the operator", "the proof"])
    def test_the_operator_and_a_proof_at_once(self, data: Data, account_id: int, who_is_first: str) -> None:
        other = open_account(data, now_us=_NOW_US).account_id
        domain = _register(data, account_id, "https://beans.example").domain
        said = partial(
            service.add, account_id=other, origin="https://beans.example", verified=True, actor=OPERATOR, now_us=_NOW_US
        )
        given = {"account_id": account_id, "domain_id": domain.domain_id, "now_us": _NOW_US}
        proved = partial(service.note_check, outcome=Outcome("dns"), actor=None, **given)
        if who_is_first == "the operator":
            assert one_beside_the_other(data, said, proved).second.verified_at is None
        else:
            assert isinstance(one_beside_the_other(data, proved, said).second, DomainInvalid)
        assert len(data.rows("SELECT domain_id FROM domain WHERE verified_at IS NOT NULL")) == 1

    def test_one_that_was_removed_meanwhile(self, data: Data, account_id: int) -> None:
        domain = _register(data, account_id, "https://beans.example").domain
        removal = partial(service.remove_domain, account_id=account_id, actor=OPERATOR, now_us=1)
        assert data.write(removal, domain_id=domain.domain_id) == domain
        assert data.write(removal, domain_id=domain.domain_id) is None
        late = partial(service.note_check, outcome=Outcome("dns"), actor=None, now_us=1)
        assert data.write(late, account_id, domain.domain_id) is None

    def test_of_another_account_it_is_not_there(self, data: Data, account_id: int) -> None:
        domain = _register(data, account_id, "https://beans.example").domain
        other = open_account(data, now_us=_NOW_US).account_id
        assert data.read(service.find_domain, other, domain.domain_id) is None
        assert data.write(service.remove_domain, other, domain.domain_id, actor=OPERATOR, now_us=1) is None
        assert data.count("domain") == 1


class TestWhenItIsLookedFor:
    @staticmethod
    def _due(data: Data, now_us: int) -> list[str]:
        return [domain.host for domain in data.write(service.claim_due, now_us=now_us)]

    def test_a_young_one_every_ten_minutes_and_only_once(self, data: Data, account_id: int) -> None:
        _register(data, account_id, "https://beans.example")
        assert self._due(data, _NOW_US) == ["beans.example"]
        assert self._due(data, _NOW_US + 9 * _MINUTE_US) == []
        assert self._due(data, _NOW_US + 11 * _MINUTE_US) == ["beans.example"]

    def test_after_a_week_and_when_verified_once_a_day(self, data: Data, account_id: int) -> None:
        _note(data, _register(data, account_id, "https://verified.example").domain, Outcome("dns"))
        _note(data, _register(data, account_id, "https://old.example", now_us=_NOW_US - 8 * _DAY_US).domain, _NOT_FOUND)
        assert self._due(data, _NOW_US + _DAY_US - _MINUTE_US) == []
        assert sorted(self._due(data, _NOW_US + _DAY_US + 1)) == ["old.example", "verified.example"]

    def test_never_on_the_word_of_the_operator(self, data: Data, account_id: int) -> None:
        data.write(service.add, account_id, origin="https://beans.example", verified=True, actor=OPERATOR, now_us=_NOW_US)
        assert self._due(data, _NOW_US + 2 * _DAY_US) == []

    @pytest.mark.one_database("postgresql")
    def test_of_two_processes_one_looks_for_it(self, data: Data, account_id: int) -> None:
        _register(data, account_id, "https://beans.example")
        claim = partial(service.claim_due, now_us=_NOW_US)
        seen = one_beside_the_other(data, claim, claim)
        assert ([domain.host for domain in seen.first], seen.second, seen.waited) == (["beans.example"], [], True)

    def test_a_hundred_at_once_those_that_wait_longest_first(self, data: Data, account_id: int) -> None:
        data.write(_add_many, account_id, count=101)
        assert self._due(data, _NOW_US) == [f"s{number}.example" for number in range(100)]
        assert self._due(data, _NOW_US) == ["s100.example"]


def _add_many(tx: Tx, account_id: int, *, count: int) -> None:
    for number in range(count):
        service.add(tx, account_id, origin=f"https://s{number}.example", verified=False, actor=OPERATOR, now_us=_NOW_US)
