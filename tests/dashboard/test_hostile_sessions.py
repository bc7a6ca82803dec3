"""Sessions under attack: planted, stolen, ended; and what every page, also one that refuses, tells browsers to forbid."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.hostile import ELSEWHERE
from kit.pages import (
    NOTHING_HAS,
    SIGN_IN,
    Premises,
    actions,
    csrf_of,
    filled_in,
    forms_of,
    is_open,
    open_premises,
)
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.features.people import access_links

NEXT_LIKE = ("next", "back", "to", "return", "returnTo", "return_to", "url", "redirect", "undo", "continue")


def _link(shop: Shop, premises: Premises) -> str:
    assert premises.dashboard.person is not None
    link = shop.data.write(access_links.link_for, "sign_in", premises.dashboard.person.email, now_us=shop.clock.now_us())
    return f"/dashboard/enter/{link.token}"


def _enter(shop: Shop, dashboard: DashboardClient, premises: Premises) -> DashboardPage:
    path = _link(shop, premises)
    return dashboard.submit(dashboard.get(path), path)


def _attributes(cookie: str) -> set[str]:
    return {part.strip().lower() for part in cookie.split(";")[1:]}


class TestCookie:
    @pytest.mark.parametrize("planted", ["planted", "a" * 43, "é", "x" * 3000, ""])
    def test_that_was_planted_is_not_the_sessions(self, shop: Shop, planted: str) -> None:
        premises, dashboard = open_premises(shop), shop.stranger()
        dashboard.cookies["stampwell"] = planted.encode("utf-8").decode("latin-1")
        assert _enter(shop, dashboard, premises).location == "/dashboard"
        assert dashboard.cookies["stampwell"] != planted
        thief = DashboardClient(dashboard.port, cookies={"stampwell": planted.encode("utf-8").decode("latin-1")})
        assert thief.get("/dashboard").location == SIGN_IN

    def test_of_somebody_else_ends_when_another_signs_in_with_it(self, shop: Shop) -> None:
        thief, victim = open_premises(shop), open_premises(shop)
        dashboard = DashboardClient(thief.dashboard.port, cookies=dict(thief.dashboard.cookies))
        _enter(shop, dashboard, victim)
        assert thief.dashboard.get("/dashboard").location == SIGN_IN

    def test_over_http(self, shop: Shop) -> None:
        cookies = _enter(shop, shop.stranger(), open_premises(shop)).headers.get_all("Set-Cookie") or []
        (session,) = [cookie for cookie in cookies if cookie.startswith("stampwell=")]
        assert {"httponly", "samesite=lax", "path=/"} <= _attributes(session)
        assert not any(attribute.startswith("domain") for attribute in _attributes(session))

    @pytest.mark.one_database
    def test_over_https(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, dashboard_url="https://stamps.example")
        premises = open_premises(shop)
        token = premises.dashboard.cookies["stampwell"]
        assert premises.dashboard.get("/dashboard").location == SIGN_IN
        dashboard = DashboardClient(premises.dashboard.port, cookies={"__Host-stampwell": token})
        assert dashboard.get("/dashboard").status == 200
        path = f"/dashboard/cards/{premises.parts['card_id']}"
        notice = dashboard.submit(dashboard.get(path), f"{path}/switch").headers["Set-Cookie"]
        out = dashboard.submit(dashboard.get("/dashboard"), "/dashboard/sign-out").headers["Set-Cookie"]
        fresh = _enter(shop, dashboard, premises).headers["Set-Cookie"]
        assert fresh.startswith("__Host-stampwell=")
        for cookie in (notice, out, fresh):
            assert {"secure", "httponly", "samesite=lax"} <= _attributes(cookie), cookie


def _sessions(shop: Shop, premises: Premises) -> int:
    sql = "SELECT COUNT(*) AS n FROM session WHERE account_id = :account"
    return int(shop.data.rows(sql, account=premises.account_id)[0]["n"])


def test_signing_out_deletes_the_session(shop: Shop, subtests: pytest.Subtests) -> None:
    premises = open_premises(shop)
    kept, before = dict(premises.dashboard.cookies), _sessions(shop, premises)
    csrf = csrf_of(premises.dashboard)
    premises.dashboard.post("/dashboard/sign-out", filled_in(None, csrf))
    assert _sessions(shop, premises) == before - 1
    for page in shop.app.pages:
        with subtests.test(f"{page.method} {page.path}"):
            if not is_open(page):
                dashboard = DashboardClient(premises.dashboard.port, cookies=dict(kept))
                path = premises.path(page)
                answer = dashboard.get(path) if page.method == "GET" else dashboard.post(path, filled_in(None, csrf))
                assert (page.path, answer.status, answer.location.partition("?")[0]) == (page.path, 303, SIGN_IN)


@pytest.mark.parametrize("token", ["", "'", "x" * 5000, "0" * 43, "%00", "é"])
def test_a_made_up_session_is_none(shop: Shop, token: str) -> None:
    dashboard = DashboardClient(shop.server.port, cookies={"stampwell": token.encode().decode("latin-1")})
    assert dashboard.get("/dashboard").location == SIGN_IN


def _guards(answer: DashboardPage) -> None:
    policy = {
        name: set(values.split())
        for name, _, values in (one.strip().partition(" ") for one in answer.headers["Content-Security-Policy"].split(";"))
    }
    assert policy["default-src"] == {"'none'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == {"'none'"}
    assert policy["form-action"] == policy["script-src"] == policy["style-src"] == {"'self'"}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set().union(*policy.values())
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.one_database
def test_every_page_and_every_refusal_forbids_what_pages_do_not_need(shop: Shop, subtests: pytest.Subtests) -> None:
    premises, stranger = open_premises(shop), shop.stranger()
    forms, csrf = forms_of(shop, premises), csrf_of(premises.dashboard)
    for page in actions(shop.app.pages, "GET"):
        with subtests.test(f"{page.method} {page.path}"):
            path = premises.path(page)
            nothing = premises.path(page, **dict.fromkeys(premises.parts, NOTHING_HAS), token="x")
            for answer in (
                premises.dashboard.get(path),
                stranger.get(path),
                premises.dashboard.get(nothing),
                premises.dashboard.get(f"{path}/x"),
            ):
                _guards(answer)
    for page in actions(shop.app.pages, but=["/dashboard/sign-out"]):
        with subtests.test(f"{page.method} {page.path}"):
            path = premises.path(page)
            _guards(stranger.post(path, []))
            _guards(premises.dashboard.post(path, []))
            _guards(premises.dashboard.post(path, filled_in(forms.get(page.path), csrf)))
            _guards(premises.dashboard.send("POST", path, b"x", {"Content-Type": "text/plain"}))
    _guards(premises.dashboard.post("/dashboard/no-such-page", []))


@pytest.mark.one_database
@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_nowhere_else(shop: Shop, wanted: str) -> None:
    premises, stranger = open_premises(shop), shop.stranger()
    assert premises.dashboard.get(SIGN_IN, next=wanted).location == "/dashboard"
    page = stranger.get(SIGN_IN, next=wanted)
    assert dict(page.form(SIGN_IN).values)["next"] == "/dashboard"
    path = _link(shop, premises)
    answer = stranger.post(path, [(name, wanted) for name in NEXT_LIKE])
    assert answer.location == "/dashboard"


@pytest.mark.one_database
@pytest.mark.parametrize("wanted", ELSEWHERE[::6])
def test_no_action_leads_elsewhere(shop: Shop, wanted: str, subtests: pytest.Subtests) -> None:
    premises = open_premises(shop)
    forms, csrf = forms_of(shop, premises), csrf_of(premises.dashboard)
    for page in actions(shop.app.pages, but=["/dashboard/sign-out"]):
        with subtests.test(f"{page.method} {page.path}"):
            fields = dict.fromkeys(NEXT_LIKE, wanted)
            answer = premises.dashboard.post(
                f"{premises.path(page)}?next=//evil.example", filled_in(forms.get(page.path), csrf, **fields)
            )
            assert "evil" not in str(answer.headers["Location"] or "")
