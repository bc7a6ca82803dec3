"""What the client tries again, and what it does not."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from flavours import Connect
from loopback import DROP, Loopback, Reply, page_of, refused, success

from stampwell_client import (
    NO_RETRIES,
    ApiError,
    DatabaseUnavailable,
    InternalError,
    NoRoom,
    RateLimited,
    RedemptionLocked,
    Retries,
    StampwellError,
    StillRunning,
    TransportError,
    UnexpectedAnswer,
)

CUT_SHORT = success(1347, promised=1000)

TRANSIENT: list[Any] = [
    pytest.param(DROP, id="dropped"),
    pytest.param(CUT_SHORT, id="cut short"),
    pytest.param(refused(50301), id="50301"),
    pytest.param(refused(42901), id="42901"),
    pytest.param(refused(40908), id="40908"),
    pytest.param(refused(50301, status=200), id="50301 under 200"),
    pytest.param(refused(42901, status=200), id="42901 under 200"),
    pytest.param(page_of("proxy", 502), id="a proxy's 502"),
    pytest.param(page_of("The request took too long to arrive.", 408), id="408 after a slow line"),
    pytest.param(page_of("proxy", 503), id="a proxy's 503"),
    pytest.param(page_of("proxy", 504), id="a proxy's 504"),
    pytest.param(page_of("proxy", 429), id="a proxy's 429"),
]

FINAL: list[Any] = [
    pytest.param(refused(50001), InternalError, id="50001"),
    pytest.param(refused(40905), NoRoom, id="40905"),
    pytest.param(refused(40905, status=200), NoRoom, id="40905 under 200"),
    pytest.param(page_of("proxy", 500), UnexpectedAnswer, id="a proxy's 500"),
    pytest.param(page_of("hotel", 200), UnexpectedAnswer, id="a hotel's log-in page"),
    pytest.param(page_of("moved", 308, Location="https://elsewhere.example/"), UnexpectedAnswer, id="a redirect"),
]


class TestWhatIsTriedAgain:
    @pytest.mark.parametrize("reply", TRANSIENT)
    def test_a_passing_fault_is_not_seen(self, loopback: Loopback, connect: Connect, reply: Reply | None) -> None:
        loopback.script(reply, reply, success(None))
        connect(loopback.base).stamps.add(1347)
        assert len(loopback.received) == 3

    @pytest.mark.parametrize("reply", TRANSIENT)
    def test_it_gives_up_after_three_more_attempts(self, loopback: Loopback, connect: Connect, reply: Reply | None) -> None:
        loopback.script(reply)
        with pytest.raises(StampwellError):
            connect(loopback.base).stamps.add(1347)
        assert len(loopback.received) == 4

    @pytest.mark.parametrize(("reply", "error"), FINAL)
    def test_the_rest_is_raised_at_once(
        self, loopback: Loopback, connect: Connect, reply: Reply, error: type[Exception]
    ) -> None:
        loopback.script(reply)
        with pytest.raises(error):
            connect(loopback.base).stamps.add(1347)
        assert len(loopback.received) == 1

    def test_reading_is_tried_again_too(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(DROP, success({"list": [], "nextCursor": None}))
        assert list(connect(loopback.base).cards.list()) == []

    def test_nothing_is_with_no_retries(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(refused(50301))
        with pytest.raises(DatabaseUnavailable):
            connect(loopback.base, retries=NO_RETRIES).stamps.add(1347)
        assert len(loopback.received) == 1

    def test_nobody_there(self, connect: Connect) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(TransportError, match=r"PUT /api/stamp/v1/add was not answered: .+"):
            connect(f"http://127.0.0.1:{port}").stamps.add(1347)

    def test_an_answer_that_takes_too_long(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None, after_s=5.0), success(None))
        connect(loopback.base, timeout_s=0.4).stamps.add(1347)
        assert len(loopback.received) >= 2

    def test_the_whole_time_ends_it(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None, after_s=5.0))
        started_s = time.monotonic()
        with pytest.raises(TransportError):
            connect(loopback.base, retries=Retries(times=100, total_s=0.5, first_wait_s=0.01)).stamps.add(1347)
        assert time.monotonic() - started_s < 4.0


class TestIdempotencyKeys:
    @pytest.mark.parametrize("reply", [DROP, CUT_SHORT, refused(50301), page_of("proxy", 502)])
    def test_every_attempt_of_a_call_carries_the_same(self, loopback: Loopback, connect: Connect, reply: Reply | None) -> None:
        loopback.script(reply, reply, reply, success(None))
        connect(loopback.base).stamps.add(1347)
        assert len(loopback.received) == 4
        assert len(set(loopback.keys())) == 1

    def test_every_call_that_changes_something_has_a_fresh_one(self, loopback: Loopback, connect: Connect) -> None:
        api = connect(loopback.base)
        loopback.script(success(1))
        api.stamps.create(cardIdx=123, strtYmd="2026-01-01", endYmd="2026-12-31")
        api.cards.create(cardNm="Ten coffees", maxStamps=10)
        loopback.script(success([]))
        api.stamps.bulk([])
        loopback.script(success(None))
        for change in (api.stamps.update, api.stamps.add, api.stamps.add, api.stamps.remove, api.stamps.redeem):
            change(1347)
        api.stamps.delete(1347)
        api.cards.update(123, cardTtl="")
        api.cards.delete(123)
        keys = loopback.keys()
        assert None not in keys
        assert len(set(keys)) == len(keys) == 11

    def test_one_s_own(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(success(None))
        connect(loopback.base).stamps.add(1347, idempotency_key="order 7")
        assert loopback.keys() == ["order 7"]

    @pytest.mark.parametrize("key", ["", " order 7", "x" * 256, "주문", "two\r\nlines"])
    def test_one_that_cannot_be_sent(self, loopback: Loopback, connect: Connect, key: str) -> None:
        with pytest.raises(ValueError, match="idempotency_key must be 1 to 255 printable ASCII characters"):
            connect(loopback.base).stamps.add(1347, idempotency_key=key)
        assert loopback.received == []

    def test_an_error_tells_the_key_for_another_try(self, loopback: Loopback, connect: Connect) -> None:
        for reply in (DROP, refused(40908), page_of("proxy", 502)):
            loopback.script(reply)
            with pytest.raises(StampwellError) as raised:
                connect(loopback.base, retries=NO_RETRIES).stamps.add(1347)
            assert raised.value.idempotency_key == loopback.keys()[-1]

    def test_reading_has_none(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(DROP)
        with pytest.raises(TransportError) as raised:
            connect(loopback.base).stamps.get(1347)
        assert raised.value.idempotency_key is None
        assert set(loopback.keys()) == {None}


class TestRetryAfter:
    def test_seconds_are_waited_for(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(page_of("proxy", 503, Retry_After="1"), success(None))
        connect(loopback.base).stamps.add(1347)
        first, second = loopback.received
        assert second.at_s - first.at_s >= 1.0

    def test_a_date_is_waited_for(self, loopback: Loopback, connect: Connect) -> None:
        until = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
        loopback.script(refused(50301, Retry_After=format_datetime(until, usegmt=True)), success(None))
        connect(loopback.base).stamps.add(1347)
        assert datetime.now(UTC) >= until

    def test_one_that_is_too_long_is_the_caller_s(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(refused(42902, Retry_After="900"))
        with pytest.raises(RedemptionLocked) as raised:
            connect(loopback.base).stamps.redeem(1347, onsitePwd="0000")
        assert raised.value.retry_after_s == 900.0
        assert len(loopback.received) == 1

    def test_one_that_ends_after_the_whole_time_is_the_caller_s(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(refused(42901, Retry_After="5"))
        with pytest.raises(RateLimited):
            connect(loopback.base, retries=Retries(total_s=2.0)).stamps.add(1347)
        assert len(loopback.received) == 1

    def test_one_that_says_nothing_is_passed_over(self, loopback: Loopback, connect: Connect) -> None:
        loopback.script(refused(40908, Retry_After="soon"), success(None))
        connect(loopback.base).stamps.add(1347)
        loopback.script(refused(40908, Retry_After="soon"))
        with pytest.raises(StillRunning) as raised:
            connect(loopback.base, retries=NO_RETRIES).stamps.add(1347)
        assert isinstance(raised.value, ApiError)
        assert raised.value.retry_after_s is None
