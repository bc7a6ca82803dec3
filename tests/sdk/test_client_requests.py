"""What the client sends."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx2
import pytest
from flavours import KEY, Connect
from loopback import Loopback, success

from stampwell_client import AsyncStampwell, NewStamp, Stampwell, __version__

NO_ROWS = success({"list": [], "nextCursor": None})


class TestHeaders:
    def test_of_a_call_that_changes_something(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None))
        connect(loopback.base).stamps.add(1347)
        (request,) = loopback.received
        assert request.headers["Authorization"] == f"APIKey {KEY}"
        assert request.headers["Content-Type"] == "application/json"
        assert request.headers["User-Agent"] == f"stampwell-client/{__version__}"
        assert request.headers["Prefer"] is None
        assert request.headers["Accept-Language"] is None

    def test_a_stamp_to_be_returned_is_asked_for(self, loopback: Loopback, connect: Connect) -> None:
        api = connect(loopback.base, retries=None)
        for change in (api.stamps.update, api.stamps.add, api.stamps.remove, api.stamps.redeem):
            loopback.script(success(7))
            with pytest.raises(Exception, match="an object was expected"):
                change(1347, return_stamp=True)
        assert [request.headers["Prefer"] for request in loopback.received] == ["return=representation"] * 4

    def test_a_version_that_the_stamp_must_have(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None))
        stamps = connect(loopback.base).stamps
        for change in (stamps.update, stamps.add, stamps.remove, stamps.redeem, stamps.delete):
            change(1347, if_match='"7"')
        loopback.script(success([]))
        stamps.reverse("A-1", stampIdx=1347, if_match='"7"')
        loopback.script(success(None))
        stamps.merge(1347, 1348, if_match='"7"')
        stamps.add(1347)
        assert [request.headers["If-Match"] for request in loopback.received] == ['"7"'] * 7 + [None]

    @pytest.mark.parametrize("version", ["", " x", "x\r\nX-Evil: 1", "é"])
    def test_a_version_that_is_none(self, loopback: Loopback, connect: Connect, version: str) -> None:
        with pytest.raises(ValueError, match="if_match must be a stamp as get or validate answered it"):
            connect(loopback.base).stamps.add(1347, if_match=version)
        assert loopback.received == []

    def test_a_language(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(NO_ROWS)
        list(connect(loopback.base, language="ko, en;q=0.5").cards.list())
        assert loopback.received[0].headers["Accept-Language"] == "ko, en;q=0.5"


class TestBodies:
    def test_names_and_values_are_the_contract_s(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(1))
        connect(loopback.base).stamps.create(
            cardIdx=123, strtYmd=date(2026, 1, 1), endYmd="2026-12-31", userNm="홍길동", memo=None, userEtc1=""
        )
        (request,) = loopback.received
        assert (request.method, request.path) == ("POST", "/api/stamp/v1/create")
        assert request.json == {
            "cardIdx": 123,
            "strtYmd": "2026-01-01",
            "endYmd": "2026-12-31",
            "userNm": "홍길동",
            "userEtc1": "",
        }

    def test_what_this_client_does_not_know_is_sent_all_the_same(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None))
        connect(loopback.base).stamps.add("A1B2C3D4E5F6G7H8", starSign="Leo")
        assert loopback.received[0].json == {"stampIdx": "A1B2C3D4E5F6G7H8", "starSign": "Leo"}

    @pytest.mark.parametrize(
        ("moment", "sent"),
        [
            (datetime(2026, 3, 2, 18, 0, 5, 999_999), "2026-03-02 18:00:05"),  # noqa: DTZ001 - the account's zone is meant
            (datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02 09:00:00+00:00"),
            (datetime(2026, 3, 2, 18, tzinfo=timezone(timedelta(hours=9))), "2026-03-02 18:00:00+09:00"),
            ("2026-03-02 18:00:00", "2026-03-02 18:00:00"),
        ],
    )
    def test_a_moment(self, loopback: Loopback, connect: Connect, moment: datetime | str, sent: str) -> None:
        loopback.script(success(None))
        connect(loopback.base).stamps.add(1347, occurredYmdt=moment)
        assert loopback.received[0].json == {"stampIdx": 1347, "occurredYmdt": sent}

    def test_of_a_reversal_and_a_merge(self, loopback: Loopback, connect: Connect) -> None:
        stamps = connect(loopback.base).stamps
        loopback.script(success([]))
        assert stamps.reverse("A-1", note="wrong", locationIdx=3) == ()
        loopback.script(success(None))
        assert stamps.merge(1347, "A1B2C3D4E5F6G7H8") is None
        assert [(request.method, request.path, request.json) for request in loopback.received] == [
            ("PUT", "/api/stamp/v1/reverse", {"orderRef": "A-1", "note": "wrong", "locationIdx": 3}),
            ("PUT", "/api/stamp/v1/merge", {"fromStampIdx": 1347, "intoStampIdx": "A1B2C3D4E5F6G7H8"}),
        ]
        assert all(loopback.keys())

    def test_of_a_bulk(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success([]))
        stamp = NewStamp(cardIdx=123, strtYmd=date(2026, 1, 1), endYmd=date(2026, 12, 31), memo=None)
        connect(loopback.base).stamps.bulk(stamp for _ in range(2))
        row = {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
        assert loopback.received[0].json == {"stamps": [row, row]}

    def test_queries(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(NO_ROWS)
        list(connect(loopback.base).stamps.list(userPhnno="+82 10&1", regStrtYmd=date(2026, 1, 1), userId=None, limit=5))
        (request,) = loopback.received
        assert request.query == {"userPhnno": ["+82 10&1"], "regStrtYmd": ["2026-01-01"], "limit": ["5"]}
        assert request.content == b""
        assert request.headers["Content-Type"] is None

    def test_a_deletion_names_its_stamp_in_the_query(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None))
        connect(loopback.base).stamps.delete(1347)
        (request,) = loopback.received
        assert (request.method, request.path, request.query) == ("DELETE", "/api/stamp/v1/delete", {"stampIdx": ["1347"]})


class TestAddresses:
    @pytest.mark.parametrize("base", ["{}", "{}/", "{}/shops/bean", "{}/shops/bean/"])
    def test_a_path_before_the_api_s(self, loopback: Loopback, connect: Connect, base: str) -> None:
        loopback.script(success(None))
        connect(base.format(loopback.base)).stamps.add(1347)
        prefix = "/shops/bean" if "bean" in base else ""
        assert loopback.received[0].target == f"{prefix}/api/stamp/v1/add"

    @pytest.mark.parametrize(
        "base",
        ["", "stamps.example.com", "ftp://stamps.example.com", "https://", "https://x.example/?a=1", "https://x.example:port"],
    )
    def test_one_that_is_none(self, connect: Connect, base: str) -> None:
        with pytest.raises(ValueError, match="base_url"):
            connect(base)


class TestKeys:
    def test_they_are_in_no_repr(self, loopback: Loopback, connect: Connect) -> None:
        api = connect(loopback.base)
        assert repr(api).endswith(f"Stampwell(URL('{loopback.base}'))")
        assert KEY not in repr(vars(Stampwell(loopback.base, api_key=KEY)))

    @pytest.mark.parametrize("key", ["", f"{KEY}\n", f" {KEY}", "sk_live_…", "two words"])
    def test_one_that_cannot_be_one_is_refused_unseen(self, connect: Connect, key: str) -> None:
        with pytest.raises(ValueError, match="api_key must be an API key") as raised:
            connect("https://stamps.example.com", api_key=key)
        assert "sk_live_nobody" not in str(raised.value)

    def test_a_language_that_cannot_be_sent(self, connect: Connect) -> None:
        with pytest.raises(ValueError, match="language must be"):
            connect("https://stamps.example.com", language="한국어")


class TestYourOwnHttpClient:
    def test_its_transport_headers_and_life_are_yours(self) -> None:
        seen: list[httpx2.Request] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(200, json={"code": 0, "message": "", "result": None})

        def sync() -> None:
            with httpx2.Client(transport=httpx2.MockTransport(answer), headers={"X-Shop": "Bean"}) as http:
                with Stampwell("https://stamps.example.com", api_key=KEY, http=http) as api:
                    api.stamps.add(1347)
                assert not http.is_closed

        async def asynchronous() -> None:
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), headers={"X-Shop": "Bean"}) as http:
                async with AsyncStampwell("https://stamps.example.com", api_key=KEY, http=http) as api:
                    await api.stamps.add(1347)
                assert not http.is_closed

        sync()
        asyncio.run(asynchronous())
        assert [(request.url.host, request.headers["X-Shop"]) for request in seen] == [("stamps.example.com", "Bean")] * 2

    def test_a_redirect_is_not_followed_even_if_it_would(self, loopback: Loopback) -> None:
        def answer(request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(307, headers={"Location": loopback.base}, request=request)

        transport: Any = httpx2.MockTransport(answer)
        with (
            httpx2.Client(transport=transport, follow_redirects=True) as http,
            Stampwell("https://stamps.example.com", api_key=KEY, http=http) as api,
            pytest.raises(Exception, match="It points to"),
        ):
            api.stamps.add(1347)


def test_a_closed_client_sends_nothing(loopback: Loopback) -> None:
    with Stampwell(loopback.base, api_key=KEY) as api:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        api.stamps.add(1347)
    assert loopback.received == []
