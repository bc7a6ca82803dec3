"""What the client makes of answers, right and wrong."""

import pickle
import traceback
from typing import Any

import pytest
from flavours import KEY, Connect
from loopback import Loopback, Reply, page_of, refused, success

from stampwell_client import (
    ApiError,
    BulkRow,
    CardNotFound,
    Conflict,
    FieldError,
    FieldsWrong,
    HistoryRow,
    NoRoom,
    NotFound,
    Page,
    ServerError,
    Stamp,
    StampwellError,
    TransportError,
    UnexpectedAnswer,
)

STAMP: dict[str, Any] = {
    "stampIdx": 1347,
    "code": "A1B2C3D4E5F6G7H8",
    "domain": "https://vvd.bz",
    "cardIdx": 123,
    "cardNm": "Card of Bean & Co",
    "cardTtl": "Ten coffees, one free",
    "stamps": 3,
    "maxStamps": 10,
    "stampUrl": "https://vvd.bz/stamp/A1B2C3D4E5F6G7H8",
    "url": None,
    "strtYmd": "2026-01-01",
    "endYmd": "2026-12-31",
    "onsiteYn": "N",
    "onsitePwd": None,
    "memo": None,
    "activeYn": "Y",
    "useYn": "N",
    "useYmdt": None,
    "userId": "att78z",
    "userNm": "Brown Smith",
    "userPhnno": None,
    "userEml": None,
    "userEtc1": None,
    "userEtc2": None,
    "stampImgUrl": None,
    "regYmdt": "2026-03-02 18:00:00",
    "payloadVersion": "v1",
    "renewedStampIdx": None,
}

HISTORY_ROW: dict[str, Any] = {
    "historyIdx": 1,
    "action": "added",
    "stampsBefore": 0,
    "stampsAfter": 3,
    "note": None,
    "orderRef": "A-1",
    "location": None,
    "actorType": "key",
    "actorIdx": 1,
    "channel": "api",
    "changes": {"memo": ["old", "new"]},
    "renewedStampIdx": None,
    "occurredYmdt": "2026-03-02 18:00:00",
    "recordedYmdt": "2026-03-02 18:00:00",
}


def told(loopback: Loopback, connect: Connect, reply: Reply) -> StampwellError:
    """What is raised for that answer."""
    loopback.script(reply)
    with pytest.raises(StampwellError) as raised:
        connect(loopback.base).stamps.get(1347)
    return raised.value


class TestResults:
    def test_a_stamp(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(STAMP))
        assert connect(loopback.base).stamps.get(1347) == Stamp(**STAMP)

    def test_what_a_newer_server_adds_is_kept_aside(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success({**STAMP, "starSign": "Leo"}))
        stamp = connect(loopback.base).stamps.get(1347)
        assert stamp == Stamp(**STAMP, extra={"starSign": "Leo"})
        assert stamp.extra == {"starSign": "Leo"}

    def test_a_stamp_of_a_server_that_knows_no_renewals(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success({name: value for name, value in STAMP.items() if name != "renewedStampIdx"}))
        assert connect(loopback.base).stamps.get(1347).renewedStampIdx is None

    def test_results_can_be_put_in_sets(self) -> None:
        assert len({Stamp(**STAMP), Stamp(**STAMP, extra={"starSign": "Leo"}), Stamp(**STAMP)}) == 2
        assert len({HistoryRow(**HISTORY_ROW), HistoryRow(**HISTORY_ROW)}) == 1

    def test_create_answers_with_whichever_the_account_chose(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(1347), success("A1B2C3D4E5F6G7H8"))
        create = connect(loopback.base).stamps.create
        fields = {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
        assert [create(**fields), create(**fields)] == [1347, "A1B2C3D4E5F6G7H8"]

    def test_pages_are_fetched_when_they_are_needed(self, loopback: Loopback, connect: Connect) -> None:
        one, two, three = ({**HISTORY_ROW, "historyIdx": number} for number in (1, 2, 3))
        pages = (success({"list": [one, two], "nextCursor": "more+/="}), success({"list": [three], "nextCursor": None}))
        api = connect(loopback.base)
        history = api.stamps.history(1347, limit=2)
        assert loopback.received == []
        loopback.script(*pages)
        assert [row.historyIdx for row in history] == [1, 2, 3]
        assert [request.query for request in loopback.received] == [
            {"stampIdx": ["1347"], "limit": ["2"]},
            {"stampIdx": ["1347"], "limit": ["2"], "cursor": ["more+/="]},
        ]
        loopback.script(*pages)
        first = next(iter(history.pages()))
        assert first == Page((HistoryRow(**one), HistoryRow(**two)), "more+/=")
        assert len(loopback.received) == 3

    def test_a_bulk_has_a_row_for_each(self, loopback: Loopback, connect: Connect) -> None:
        wrong = [{"field": "endYmd", "message": "is missing"}]
        rows = [
            {"stampIdx": 1, "code": "A1B2C3D4E5F6G7H8"},
            {"code": 40002, "message": "endYmd: is missing", "errors": wrong},
            {"code": 40402, "message": "no card"},
        ]
        loopback.script(success(rows))
        issued, refusal, other = connect(loopback.base).stamps.bulk([])
        assert issued == BulkRow(1, "A1B2C3D4E5F6G7H8")
        assert type(refusal.error) is FieldsWrong
        assert (refusal.stampIdx, refusal.error.errors) == (None, (FieldError("endYmd", "is missing"),))
        assert type(other.error) is CardNotFound


class TestRefusals:
    def test_it_says_everything(self, loopback: Loopback, connect: Connect) -> None:
        error = told(loopback, connect, refused(40905, message="No room.", X_Request_Id="r-1"))
        assert isinstance(error, NoRoom)
        assert (error.code, error.status, error.message, error.errors, error.request_id) == (40905, 409, "No room.", (), "r-1")
        assert str(error) == "40905: No room. (request r-1)"

    def test_its_status_is_that_of_the_code_under_http_200(self, loopback: Loopback, connect: Connect) -> None:
        error = told(loopback, connect, refused(40905, status=200))
        assert isinstance(error, NoRoom)
        assert error.status == 409

    @pytest.mark.parametrize(
        ("code", "kind"),
        [(40999, Conflict), (40499, NotFound), (50099, ServerError), (50799, ServerError), (41899, ApiError)],
    )
    def test_an_unknown_code_is_its_status(self, loopback: Loopback, connect: Connect, code: int, kind: type[ApiError]) -> None:
        for status in (code // 100, 200):
            error = told(loopback, connect, refused(code, status=status))
            assert type(error) is kind
            assert (error.code, error.status) == (code, code // 100)

    def test_a_code_of_another_kind_is_the_http_status_s(self, loopback: Loopback, connect: Connect) -> None:
        error = told(loopback, connect, refused(7, status=409))
        assert type(error) is Conflict
        assert (error.code, error.status) == (7, 409)


class TestWhatIsNoAnswer:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff\xfe\x00",
            b"<html>",
            b"[" * 100_000,
            b"[]",
            b"null",
            b'"code"',
            b"{}",
            b'{"code": "0", "result": 1}',
            b'{"code": true, "result": 1}',
            b'{"code": 0}',
            b'{"code": 0, "result": [1]}',
            b'{"code": 0, "result": {"stampIdx": 1}}',
            b'{"code": 40002, "message": "", "errors": 7}',
            b'{"code": 40002, "message": "", "errors": ["endYmd"]}',
            b'{"code": ' + b"9" * 5000 + b"}",
        ],
        ids=lambda body: body[:40].decode("latin-1"),
    )
    def test_it_is_said_so(self, loopback: Loopback, connect: Connect, body: bytes) -> None:
        error = told(loopback, connect, Reply(body))
        assert isinstance(error, UnexpectedAnswer)
        assert error.status == 200
        assert str(error).startswith(f"GET {loopback.base}/api/stamp/v1/get was not answered in Stampwell's words")

    def test_a_proxy_s_page_is_shown(self, loopback: Loopback, connect: Connect) -> None:
        error = told(loopback, connect, page_of("Bad gateway", 502))
        assert str(error).endswith("HTTP 502, text/html: <html><h1>Bad gateway</h1></html>")

    def test_a_long_one_is_cut(self, loopback: Loopback, connect: Connect) -> None:
        assert str(told(loopback, connect, Reply(b"x" * 1_000_000))).endswith(f": {'x' * 200}…")

    def test_what_is_missing_is_named(self, loopback: Loopback, connect: Connect) -> None:
        stamp = {name: value for name, value in STAMP.items() if name not in {"code", "userId"}}
        assert "words: Stamp lacks code, userId. HTTP 200" in str(told(loopback, connect, success(stamp)))

    def test_a_redirect_is_not_followed(self, loopback: Loopback, connect: Connect) -> None:
        error = told(loopback, connect, page_of("moved", 301, Location="https://stamps.example.com/"))
        assert "It points to https://stamps.example.com/; is base_url right?" in str(error)
        assert len(loopback.received) == 1

    def test_a_stamp_that_was_asked_for_and_did_not_come(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None))
        with pytest.raises(UnexpectedAnswer, match="an object was expected, not NoneType"):
            connect(loopback.base).stamps.add(1347, return_stamp=True)


class TestExceptions:
    @pytest.mark.parametrize("reply", [refused(40905, X_Request_Id="r-1"), page_of("proxy", 500), Reply(b"", promised=9)])
    def test_they_can_be_pickled(self, loopback: Loopback, connect: Connect, reply: Reply) -> None:
        loopback.script(reply)
        with pytest.raises(StampwellError) as raised:
            connect(loopback.base).stamps.add(1347)
        error = raised.value
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))

    @pytest.mark.parametrize(
        "reply",
        [
            page_of(f"You sent Authorization: APIKey {KEY}", 400),
            refused(40102, message=f"{KEY} is not valid"),
            Reply(b"x" * 190 + KEY.encode()),
            Reply(b"", promised=9),
        ],
    )
    def test_none_holds_the_key(self, loopback: Loopback, connect: Connect, reply: Reply) -> None:
        error = told(loopback, connect, reply)
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
        assert KEY not in shown
        assert "sk_live" not in shown

    def test_the_reason_why_no_answer_came_is_kept(self, loopback: Loopback, connect: Connect) -> None:
        error = told(loopback, connect, Reply(b"", promised=9))
        assert isinstance(error, TransportError)
        assert error.__cause__ is not None
