"""Developer API: keys that are shown once and revoked, and the log of what they asked for."""

import re
import time

import pytest

from kit.shop import Shop
from stampwell.core.units import DAY_US
from stampwell.dashboard.developer.key_presets import SCOPE_MEANINGS
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people.model import Role

HERE = "/dashboard/developer"
NEW = f"{HERE}/keys/new"


def make_key(shop: Shop, **fields: str | list[str]) -> str:
    dashboard = shop.dashboard()
    page = dashboard.submit(dashboard.get(NEW), NEW, **fields)
    assert (page.status, "Copy it now; we can't show it again." in page.text) == (200, True)
    return re.findall(r"sk_live_[A-Za-z0-9]{44}", page.html)[0]


class TestKeys:
    def test_a_key_works_and_is_shown_once(self, shop: Shop) -> None:
        key = make_key(shop, name="Till")
        answer = shop.request("GET", "/api/card/v1/list", headers={"Authorization": f"APIKey {key}"})
        assert answer.json["code"] == 0
        page = shop.dashboard().get(HERE)
        assert ("Till" in page.text, key in page.html, key[:20] in page.html) == (True, False, True)

    def test_it_may_do_what_was_chosen(self, shop: Shop) -> None:
        key = make_key(shop, scope=["card:read"])
        answer = shop.request("GET", "/api/stamp/v1/list", headers={"Authorization": f"APIKey {key}"})
        assert answer.json["code"] == 40304

    def test_it_is_recorded_without_the_key(self, shop: Shop) -> None:
        key = make_key(shop, name="Recorded")
        (row,) = shop.data.rows("SELECT * FROM audit WHERE subject_name = 'Recorded'")
        assert row["action"] == "key.created"
        assert key not in str(row)

    @pytest.mark.parametrize(
        ("preset", "may", "may_not"),
        [
            ("till", {"stamp:create", "stamp:write", "stamp:redeem"}, {"card:write", "webhook:write"}),
            ("shop", {"stamp:create", "stamp:write"}, {"stamp:redeem", "card:write"}),
            ("read", {"stamp:read", "card:read", "webhook:read", "customer:read"}, {"stamp:write", "stamp:create"}),
            ("all", set(ALL_SCOPES), set()),
        ],
    )
    def test_a_preset_chooses_what_it_may_do(self, shop: Shop, preset: str, may: set[str], may_not: set[str]) -> None:
        dashboard = shop.dashboard()
        page = dashboard.get(NEW, **{"for": preset})
        assert f'?for={preset}" aria-current="page">' in page.html
        dashboard.submit(page, NEW, name=f"By {preset}")
        (row,) = shop.data.rows("SELECT scopes FROM api_key WHERE name = :name", name=f"By {preset}")
        scopes = set(re.findall(r"[a-z]+:[a-z]+", row["scopes"]))
        assert (may <= scopes, may_not & scopes) == (True, set())

    def test_it_ends_in_a_year_unless_something_else_is_chosen(self, shop: Shop) -> None:
        make_key(shop, name="A year")
        make_key(shop, name="For ever", days="")
        rows = shop.data.rows("SELECT name, expires_at - created_at AS life FROM api_key WHERE name IN ('A year', 'For ever')")
        assert {row["name"]: row["life"] for row in rows} == {"A year": 365 * DAY_US, "For ever": None}

    def test_every_permission_is_explained(self, shop: Shop) -> None:
        assert set(SCOPE_MEANINGS) == set(ALL_SCOPES)
        page = shop.dashboard().get(NEW)
        assert [meaning for meaning in SCOPE_MEANINGS.values() if meaning not in page.text] == []

    def test_nothing_chosen_is_refused(self, shop: Shop) -> None:
        dashboard, before = shop.dashboard(), shop.data.count("api_key")
        page = dashboard.submit(dashboard.get(NEW), NEW, without=["scope"], name="a\tb")
        assert page.status == 400
        assert "Choose at least one permission." in page.text
        assert shop.data.count("api_key") == before

    def test_its_name_has_at_most_a_hundred_characters(self, shop: Shop) -> None:
        make_key(shop, name="n" * 100)
        dashboard = shop.dashboard()
        page = dashboard.submit(dashboard.get(NEW), NEW, name="n" * 101)
        assert (page.status, "Use at most 100 characters." in page.text) == (400, True)

    def test_it_ends_when_its_days_are_over(self, own_shop: Shop) -> None:
        key = {"Authorization": f"APIKey {make_key(own_shop, days='30')}"}
        own_shop.clock.advance(seconds=30 * 86_400)
        assert own_shop.request("GET", "/api/card/v1/list", headers=key).status == 200
        own_shop.clock.advance(seconds=1)
        assert own_shop.request("GET", "/api/card/v1/list", headers=key).json["code"] == 40102

    def test_a_revoked_one_is_refused(self, own_shop: Shop) -> None:
        key = make_key(own_shop, name="Old till")
        key_id = own_shop.data.rows("SELECT key_id FROM api_key WHERE name = 'Old till'")[0]["key_id"]
        dashboard, path = own_shop.dashboard(), f"{HERE}/keys/{key_id}/revoke"
        assert "Key revoked." in dashboard.done(dashboard.get(path), path).text
        answer = own_shop.request("GET", "/api/card/v1/list", headers={"Authorization": f"APIKey {key}"})
        assert answer.json["code"] == 40102

    def test_another_shop_s_key_is_none(self, shop: Shop) -> None:
        dashboard = shop.dashboard(shop.charlie)
        path = f"{HERE}/keys/{shop.alice.key_id}/revoke"
        token = dashboard.get(HERE).form("/dashboard/sign-out").values
        assert dashboard.get(path).status == 404
        assert dashboard.post(path, [*token, ("once", "x")]).status == 404
        assert shop.data.rows("SELECT revoked_at FROM api_key WHERE key_id = :key_id", key_id=shop.alice.key_id) == [
            {"revoked_at": None}
        ]

    def test_only_owners_see_them(self, shop: Shop) -> None:
        for role in (Role.STAFF, Role.MANAGER):
            assert shop.dashboard(role=role).get(HERE).status == 403

    def test_the_limits_of_the_plan_and_what_is_used(self, own_shop: Shop) -> None:
        person = own_shop.open_account(name="Small", plan="personal")
        own_shop.get("/api/card/v1/list", person)
        assert "1 of 180 requests" in own_shop.dashboard(person).get(HERE).text
        assert "This plan has no limit." in own_shop.dashboard().get(HERE).text


class TestRequests:
    def test_a_request_is_listed_within_seconds(self, own_shop: Shop) -> None:
        own_shop.get("/api/stamp/v1/get", own_shop.alice, stampIdx=987654321)
        dashboard, path = own_shop.dashboard(), f"{HERE}/requests"
        deadline = time.monotonic() + 10
        while "40403" not in dashboard.get(path).text:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        page = dashboard.get(path, refused="Y", key=own_shop.alice.key_id)
        assert "GET /api/stamp/v1/get" in page.text
        assert "987654321" not in page.html
        assert "40403" not in own_shop.dashboard(own_shop.charlie).get(path).text

    def test_nonsense_is_no_fault(self, shop: Shop) -> None:
        dashboard = shop.dashboard()
        for query in ({"key": "x"}, {"before": "9-x"}, {"before": "9" * 18 + "-0"}, {"key": "9" * 18}):
            assert dashboard.get(f"{HERE}/requests", **query).status == 200
