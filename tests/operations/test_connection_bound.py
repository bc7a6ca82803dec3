"""Who is one client, where connections are counted."""

import pytest
from structlog.testing import capture_logs

from stampwell.operations.connection_bound import ConnectionBound


def test_those_of_one_network_are_counted_together() -> None:
    bound = ConnectionBound(most=2)
    assert [bound.enter(f"2001:db8:1:2::{number}") is None for number in range(3)] == [False, False, True]
    assert bound.enter("2001:db8:1:3::1") is not None


def test_an_ipv4_client_is_the_same_on_a_server_for_ipv6() -> None:
    bound = ConnectionBound(most=1)
    assert bound.enter("192.0.2.1") is not None
    assert bound.enter("::ffff:192.0.2.1") is None
    assert bound.enter("::ffff:192.0.2.2") is not None


def test_each_that_leaves_makes_room_for_one() -> None:
    bound = ConnectionBound(most=2)
    names = [bound.enter("192.0.2.1") for _ in range(2)]
    for _ in range(5):
        assert bound.enter("192.0.2.1") is None
        bound.leave(names.pop() or "")
        names.append(bound.enter("192.0.2.1"))
        assert names[-1]


def test_nothing_is_kept_of_who_has_left() -> None:
    """Or whoever has many addresses fills the memory."""
    bound = ConnectionBound(most=2)
    for number in range(100):
        names = [bound.enter(f"2001:db8:{number:x}::1") or "" for _ in range(2)]
        for name in names:
            bound.leave(name)
    assert bound._open == {}


def test_one_too_many_is_said_once_a_minute() -> None:
    bound = ConnectionBound(most=1)
    with capture_logs() as logs:
        for number in range(50):
            bound.enter("192.0.2.1")
            bound.enter(f"192.0.2.{number}")
    assert [(line["network"], line["most"]) for line in logs] == [("192.0.2.1", 1)]


@pytest.mark.parametrize("trusted", ["10.0.0.0/8", "*", "::/0,10.1.2.3/32"])
def test_trusted_proxies_are_not_counted(trusted: str) -> None:
    bound = ConnectionBound(most=1, trusted=trusted.split(","))
    for _ in range(3):
        assert bound.enter("10.1.2.3") is not None
        assert bound.enter("::ffff:10.1.2.3") is not None


def test_no_bound() -> None:
    bound = ConnectionBound(most=0)
    assert None not in [bound.enter("192.0.2.1") for _ in range(1000)]
