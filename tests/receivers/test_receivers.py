"""Each program that the guide to webhooks shows takes what Stampwell signed, and nothing else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import SERVERS, Receiver, run_in_shell, running
from signed import OTHER_SECRET, SignedRequest

Change = Callable[[SignedRequest], SignedRequest]

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_TOO_FAR_S = 330

GOOD: dict[str, Change] = {
    "as it came": lambda request: request,
    "four minutes ago": lambda request: request.signed_again(late_s=-240),
    "four minutes ahead": lambda request: request.signed_again(late_s=240),
    "after a rotation, the newer": lambda request: _signed_by_both(request, ours_first=True),
    "after a rotation, the older": lambda request: _signed_by_both(request, ours_first=False),
    "a signature of another kind beside it": lambda request: request.with_headers(
        webhook_signature=f"v1a,AAAA {request.headers['webhook-signature']}"
    ),
}
BAD: dict[str, Change] = {
    "tampered with": lambda request: request.tampered(),
    "written again": lambda request: request.rewritten(),
    "cut off": lambda request: SignedRequest(request.secret, request.headers, request.body[:-1]),
    "empty": lambda request: SignedRequest(request.secret, request.headers, b""),
    "another secret": lambda request: request.signed_again(secret=OTHER_SECRET),
    "an old one": lambda request: request.signed_again(late_s=-_TOO_FAR_S),
    "one of the future": lambda request: request.signed_again(late_s=_TOO_FAR_S),
    "another id": lambda request: request.with_headers(webhook_id="evt_1_1"),
    "another time": lambda request: request.with_headers(webhook_timestamp=request.signed_again(late_s=9).headers[_HEADERS[1]]),
    "a time in words": lambda request: request.with_headers(webhook_timestamp="today"),
    "a time that is a program": lambda request: request.with_headers(webhook_timestamp="a[$(echo 0 >was-run)]"),
    "a signature that is none": lambda request: request.with_headers(webhook_signature="v1,no base64 v1 ,"),
    "a signature with an asterisk": lambda request: request.with_headers(webhook_signature="v1,* *"),
    **{f"no {name}": lambda request, name=name: request.without(name) for name in _HEADERS},
    **{f"a blank {name}": lambda request, name=name: request.with_headers(**{name.replace("-", "_"): ""}) for name in _HEADERS},
}


def _signed_by_both(request: SignedRequest, *, ours_first: bool) -> SignedRequest:
    theirs = request.signed_again(secret=OTHER_SECRET).headers["webhook-signature"]
    ours = request.headers["webhook-signature"]
    return request.with_headers(webhook_signature=f"{ours} {theirs}" if ours_first else f"{theirs} {ours}")


@pytest.mark.parametrize("change", GOOD.values(), ids=GOOD)
def test_what_stampwell_signed_is_taken(receiver: Receiver, delivery: SignedRequest, change: Change) -> None:
    assert receiver(change(delivery)) == 204
    assert receiver.printed(delivery.event) >= 1


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_nothing_else_is(receiver: Receiver, delivery: SignedRequest, change: Change) -> None:
    before = receiver.printed(delivery.event)
    assert receiver(change(delivery)) == 400
    assert receiver.printed(delivery.event) == before


def test_twice(delivery: SignedRequest, tmp_path: Path) -> None:
    """The one that uses SeenEvents handles it once."""
    with running(SERVERS["python"], tmp_path, secret=delivery.secret) as receiver:
        assert [receiver(delivery), receiver(delivery.signed_again(late_s=5))] == [204, 204]
        assert receiver.printed(delivery.event) == 1


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!"])
def test_php_without_a_secret_takes_nothing(delivery: SignedRequest, tmp_path: Path, secret: str) -> None:
    """An empty key would sign anything for anybody."""
    with running(SERVERS["php"], tmp_path, secret=secret) as receiver:
        assert receiver(delivery) == 500
        assert receiver.printed(delivery.event) == 0


@pytest.fixture(params=["sh", "bash"])
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestShell:
    @pytest.mark.parametrize("change", GOOD.values(), ids=GOOD)
    def test_what_stampwell_signed_is_taken(self, delivery: SignedRequest, tmp_path: Path, change: Change, shell: str) -> None:
        done = _run(change(delivery), tmp_path, delivery.secret, shell)
        assert (done.returncode, done.stdout, done.stderr) == (0, "a delivery of Stampwell\n", "")

    @pytest.mark.parametrize("change", BAD.values(), ids=BAD)
    def test_nothing_else_is(self, delivery: SignedRequest, tmp_path: Path, change: Change, shell: str) -> None:
        done = _run(change(delivery), tmp_path, delivery.secret, shell)
        assert (done.returncode, done.stderr) == (1, "")
        assert "a delivery" not in done.stdout
        assert not (tmp_path / "was-run").exists()

    @pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ="])
    def test_without_a_secret(self, delivery: SignedRequest, tmp_path: Path, secret: str, shell: str) -> None:
        done = _run(delivery, tmp_path, secret, shell)
        assert (done.returncode, done.stdout) == (1, "WEBHOOK_SECRET is not set\n")


def _run(request: SignedRequest, folder: Path, secret: str, shell: str) -> subprocess.CompletedProcess[str]:
    return run_in_shell(request, folder, secret=secret, shell=shell)
