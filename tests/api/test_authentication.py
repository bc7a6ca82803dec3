"""`Authorization: APIKey …`: who may do what, and how soon a change is obeyed."""

import time
from collections.abc import Callable

import pytest

from kit.load import wait_for
from kit.people import Person
from kit.refusals import refusal
from kit.shop import CREATE, Answer, Shop, least
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import Scope

NO_CREDENTIALS = refusal(40101, "This endpoint needs an API key. Send the header: Authorization: APIKey sk_live_…")
KEY_REFUSED = refusal(
    40102, "This API key is not valid: it is unknown, revoked or expired. Make a new one with: stampwell key create"
)
SUSPENDED = refusal(40303, "This account is suspended. Ask the operator of this Stampwell to resume it.")

WITHIN_S = 1.0
"""How soon every process obeys a change."""


def _send(shop: Shop, authorization: str | bytes | None) -> Answer:
    headers = {} if authorization is None else {"Authorization": authorization}
    before = shop.data.stored()
    answer = shop.request("POST", CREATE, body=least(), headers=headers)
    assert shop.data.stored() == before
    return answer


@pytest.mark.one_database
class TestNoCredentials:
    @pytest.mark.parametrize(
        "authorization",
        [
            None,
            "",
            "APIKey",
            "APIKey ",
            "APIKey two words",
            "Bearer sk_live_x",
            "Basic c2s6bGl2ZQ==",
            "sk_live_x",
            "APIKeysk_live_x",
            "APIKey\tsk_live_x",
            b"APIKey caf\xe9",
            "APIKey sk_live_x, APIKey sk_live_y",
        ],
        ids=ascii,
    )
    def test_missing_or_malformed(self, shop: Shop, authorization: str | bytes | None) -> None:
        answer = _send(shop, authorization)
        assert (answer.status, answer.json) == (401, NO_CREDENTIALS)
        assert answer.headers["www-authenticate"] == 'APIKey realm="stampwell"'

    @pytest.mark.parametrize("scheme", ["APIKey ", "apikey ", "APIKEY   "])
    def test_the_scheme_is_read_in_any_case(self, shop: Shop, scheme: str) -> None:
        answer = shop.request("POST", CREATE, body=least(), headers={"Authorization": scheme + shop.alice.key})
        assert type(answer.result) is int


class TestKeyRefused:
    def test_unknown_keys(self, shop: Shop) -> None:
        key = shop.alice.key
        strangers = [
            "x",
            "sk_live_",
            "sk_live_" + "a" * 44,
            key[:-1],
            key + "a",
            key[:-1] + ("a" if key[-1] != "a" else "b"),
            key[:20] + "a" * 32,
            key.replace("live", "test"),
            key.lower(),
            "'" * 52,
            "x" * 8000,
        ]
        for stranger in strangers:
            answer = _send(shop, f"APIKey {stranger}")
            assert (answer.status, answer.json) == (401, KEY_REFUSED), stranger
            assert answer.headers["www-authenticate"] == 'APIKey realm="stampwell"'

    def test_revoked_within_a_second(self, shop: Shop) -> None:
        person = shop.with_key(shop.alice)
        assert shop.create(person, least()).status == 200
        started_s = time.monotonic()
        shop.data.write(keys.revoke, person.account_id, person.key_id, actor=OPERATOR, now_us=shop.clock.now_us())
        answer = _when_refused(shop, person)
        assert time.monotonic() - started_s < WITHIN_S
        assert (answer.status, answer.json) == (401, KEY_REFUSED)

    def test_revoked_twice_is_revoked_since_the_first_time(self, shop: Shop) -> None:
        person, first_us = shop.with_key(shop.alice), shop.clock.now_us()
        for _ in range(2):
            revoked = shop.data.write(keys.revoke, person.account_id, person.key_id, actor=OPERATOR, now_us=shop.clock.now_us())
            assert revoked.revoked_at == first_us
            shop.clock.advance(seconds=60)

    def test_revoked_before_its_first_use(self, shop: Shop) -> None:
        person = shop.with_key(shop.alice)
        shop.data.write(keys.revoke, person.account_id, person.key_id, actor=OPERATOR, now_us=shop.clock.now_us())
        assert _send(shop, f"APIKey {person.key}").json == KEY_REFUSED

    def test_expired(self, shop: Shop) -> None:
        now_us = shop.clock.now_us()
        person = shop.with_key(shop.alice, expires_at=now_us + 60_000_000)
        shop.clock.advance(seconds=60)
        assert shop.create(person, least()).status == 200
        shop.clock.advance(seconds=0.001)
        answer = _send(shop, f"APIKey {person.key}")
        assert (answer.status, answer.json) == (401, KEY_REFUSED)

    def test_expired_before_its_first_use(self, shop: Shop) -> None:
        person = shop.with_key(shop.alice, expires_at=shop.clock.now_us() + 1)
        shop.clock.advance(seconds=1)
        assert _send(shop, f"APIKey {person.key}").json == KEY_REFUSED

    def test_other_keys_of_the_account_go_on(self, shop: Shop) -> None:
        person = shop.with_key(shop.alice)
        shop.data.write(keys.revoke, person.account_id, person.key_id, actor=OPERATOR, now_us=shop.clock.now_us())
        assert shop.create(shop.alice, least()).status == 200


@pytest.mark.one_database
class TestScopes:
    def test_bob_may_not_issue(self, shop: Shop) -> None:
        answer = shop.refused(shop.bob, least())
        expected = refusal(40304, "This API key lacks the scope stamp:create. Use a key that was made with it.")
        assert (answer.status, answer.json) == (403, expected)

    def test_the_one_scope_is_enough(self, shop: Shop) -> None:
        person = shop.with_key(shop.alice, scopes=[Scope.STAMP_CREATE])
        assert shop.create(person, least()).status == 200

    def test_it_is_said_before_the_body_is_looked_at(self, shop: Shop) -> None:
        assert shop.refused(shop.bob, {"nonsense": True}).json["code"] == 40304


class TestAccounts:
    def test_suspended_and_resumed_within_a_second(self, shop: Shop) -> None:
        person = shop.open_account()
        assert shop.create(person, least(cardIdx=person.card_id)).status == 200
        shop.data.write(accounts.suspend, person.account_id, actor=OPERATOR, now_us=shop.clock.now_us())
        answer = _when_refused(shop, person)
        assert (answer.status, answer.json) == (403, SUSPENDED)
        shop.data.write(accounts.resume, person.account_id, actor=OPERATOR, now_us=shop.clock.now_us())
        wait_for(lambda: shop.create(person, least(cardIdx=person.card_id)).status == 200, seconds=WITHIN_S)

    def test_suspended_is_said_first(self, shop: Shop) -> None:
        person = shop.with_key(shop.open_account(plan="free"), scopes=[Scope.STAMP_READ])
        shop.data.write(accounts.suspend, person.account_id, actor=OPERATOR, now_us=shop.clock.now_us())
        assert shop.refused(person, {}).json == SUSPENDED

    def test_the_free_plan(self, shop: Shop) -> None:
        person = shop.open_account(plan="free")
        answer = shop.refused(person, least(cardIdx=person.card_id))
        assert (answer.status, answer.json) == (
            403,
            refusal(
                40301,
                "The free plan does not include the stamp API. It comes with the personal plan or a higher one.",
            ),
        )

    def test_a_higher_plan_within_a_second(self, shop: Shop) -> None:
        person = shop.open_account(plan="free")
        assert shop.create(person, least(cardIdx=person.card_id)).status == 403
        shop.data.write(accounts.set_plan, person.account_id, plan="personal", actor=OPERATOR, now_us=shop.clock.now_us())
        wait_for(lambda: shop.create(person, least(cardIdx=person.card_id)).status == 200, seconds=WITHIN_S)


class TestLastUse:
    def test_it_is_noted_to_the_minute(self, shop: Shop) -> None:
        person = shop.with_key(shop.alice)
        first_us = shop.clock.now_us()
        shop.create(person, least())
        wait_for(_is_noted(shop, person, first_us))
        # Half a second is how long a key is remembered; then it is looked up, and its use is noted again.
        shop.clock.advance(seconds=60)
        wait_for(lambda: shop.create(person, least()).status == 200 and _is_noted(shop, person, shop.clock.now_us())())


def _is_noted(shop: Shop, person: Person, used_us: int) -> Callable[[], bool]:
    sql = "SELECT last_used_at FROM api_key WHERE key_id = :key_id"
    return lambda: shop.data.rows(sql, key_id=person.key_id) == [{"last_used_at": used_us}]


def _when_refused(shop: Shop, person: Person) -> Answer:
    """The first answer that is a refusal."""
    refused: list[Answer] = []

    def is_refused() -> bool:
        answer = shop.create(person, least(cardIdx=person.card_id))
        refused.extend([answer] * (answer.status != 200))
        return bool(refused)

    wait_for(is_refused)
    return refused[0]
