"""`stampwell_client.webhooks`: what is refused, and with which sentence."""

import base64
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from stampwell_client.webhooks import WebhookEvent, WebhookRefused, verify

NOW = datetime(2026, 11, 28, 10, 0, 7, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef" * 2).decode()
OTHER = "whsec_" + base64.b64encode(b"fedcba9876543210" * 2).decode()
BODY = (
    '{"type":"card.updated","timestamp":"2026-11-28T10:00:00.123456Z",'
    '"data":{"eventIdx":8202,"sequence":null,"actionType":"UPDATE","cardIdx":123,"note":"김하늘"}}'
).encode()
RAW = (
    "Pass the raw bytes of the request's body, not JSON that was parsed and written again: "
    "a single space more or less makes another signature."
)


def signed(body: bytes = BODY, *, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    return {
        "Webhook-Id": "evt_8202_3",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("evt_8202_3", at.replace(microsecond=0), body.decode()),
    }


def refusal(body: Any, headers: Any, secret: Any = SECRET, **options: Any) -> str:
    with pytest.raises(WebhookRefused) as refused:
        verify(body, headers, secret, **{"now": NOW, **options})
    assert str(refused.value) == refused.value.message
    return refused.value.message


class TestTaken:
    @pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda body: body.decode()])
    def test_the_body_in_any_form(self, kind: Callable[[bytes], Any]) -> None:
        event = verify(kind(BODY), signed(), SECRET, now=NOW)
        assert (event.webhookId, event.type, event.eventIdx) == ("evt_8202_3", "card.updated", 8202)

    @pytest.mark.parametrize(
        "form",
        [
            dict,
            lambda headers: headers.items(),
            lambda headers: {name.upper(): text for name, text in headers.items()},
            lambda headers: [(name.lower().encode(), text.encode()) for name, text in headers.items()],
            httpx2.Headers,
        ],
    )
    def test_headers_in_any_form(self, form: Callable[[dict[str, str]], Any]) -> None:
        assert verify(BODY, form(signed()), SECRET, now=NOW).cardIdx == 123

    @pytest.mark.parametrize("secrets", [[SECRET], (OTHER, SECRET), iter([SECRET, OTHER]), {SECRET}, f" {SECRET}\n"])
    def test_any_of_the_secrets(self, secrets: Any) -> None:
        assert verify(BODY, signed(), secrets, now=NOW).eventIdx == 8202

    def test_any_of_the_signatures(self) -> None:
        both = f"v2,x {signed(secret=OTHER)['Webhook-Signature']} {signed()['Webhook-Signature']}"
        assert verify(BODY, signed() | {"Webhook-Signature": both}, SECRET, now=NOW).eventIdx == 8202

    @pytest.mark.parametrize("seconds", [-300, 0, 300])
    def test_up_to_the_tolerance(self, seconds: int) -> None:
        assert verify(BODY, signed(at=NOW + timedelta(seconds=seconds)), SECRET, now=NOW).eventIdx == 8202

    def test_now_is_now(self) -> None:
        assert verify(BODY, signed(at=datetime.now(UTC)), SECRET).eventIdx == 8202

    @given(st.binary(min_size=24, max_size=64), st.text(), st.integers(1, 10**10))
    def test_it_agrees_with_the_package(self, key: bytes, text: str, number: int) -> None:
        secret = "whsec_" + base64.b64encode(key).decode()
        data = {"eventIdx": number, "text": text}
        body = json.dumps({"type": "x.y", "timestamp": "2026-11-28T10:00:00Z", "data": data}, ensure_ascii=False).encode()
        headers = signed(body, secret=secret, at=datetime.now(UTC))
        assert Webhook(secret).verify(body, headers)["data"] == verify(body, headers, secret).data == data
        changed = body.replace(b"x.y", b"x.z")
        for check in (Webhook(secret).verify, lambda *given: verify(*given, secret)):
            with pytest.raises(Exception, match=r"No (matching )?signature"):
                check(changed, headers)


class TestRefused:
    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    @pytest.mark.parametrize("blank", [None, "", " "])
    def test_a_header_is_missing(self, name: str, blank: str | None) -> None:
        headers = {given.lower(): text for given, text in signed().items()}
        if blank is None:
            del headers[name]
        else:
            headers[name] = blank
        assert refusal(BODY, headers) == (
            f"{name} is missing: this is no delivery of Stampwell, or its headers were lost on the way. Pass all headers of the"
            " request, and let a proxy pass webhook-id, webhook-timestamp and webhook-signature on."
        )

    def test_old(self) -> None:
        assert refusal(BODY, signed(at=NOW - timedelta(seconds=301))) == (
            "webhook-timestamp is 301 s old, and 300 s are allowed: somebody may be sending an old delivery again. If Stampwell"
            " has only just sent it, set the clock of this machine. Verify a request when it comes, not later."
        )

    def test_of_the_future(self) -> None:
        assert refusal(BODY, signed(at=NOW + timedelta(seconds=301))) == (
            "webhook-timestamp is 301 s in the future, and 300 s are allowed. Set the clock of this machine, or that of the"
            " server of Stampwell."
        )

    def test_another_tolerance(self) -> None:
        assert "11 s old, and 10 s are allowed" in refusal(BODY, signed(at=NOW - timedelta(seconds=11)), tolerance_s=10)

    @pytest.mark.parametrize("text", ["today", "1.5", "-1", "nan", "١٢٣", "1" * 12, "1" * 5000, "1e9"])
    def test_no_timestamp(self, text: str) -> None:
        message = refusal(BODY, signed() | {"Webhook-Timestamp": text})
        assert message.startswith("webhook-timestamp must be seconds since 1970, such as 1798758000, not '")
        assert len(message) < 150

    @pytest.mark.parametrize(
        "rewritten",
        [
            json.dumps(json.loads(BODY)),
            json.dumps(json.loads(BODY), ensure_ascii=False),
            json.dumps(json.loads(BODY), indent=2),
            BODY.decode() + "\n",
        ],
    )
    @pytest.mark.parametrize("kind", [str, str.encode])
    def test_written_again(self, rewritten: str, kind: Callable[[str], Any]) -> None:
        assert refusal(kind(rewritten), signed()) == f"The body was parsed and written again. {RAW}"

    @pytest.mark.parametrize("body", [json.loads(BODY), [], None, 7])
    def test_parsed(self, body: Any) -> None:
        assert refusal(body, signed()) == f"The body is a {type(body).__name__}. {RAW}"

    @pytest.mark.parametrize(
        ("body", "secret"),
        [
            (BODY, OTHER),
            (json.dumps(json.loads(BODY), sort_keys=True).encode(), SECRET),
            (BODY.replace(b"123", b"124"), SECRET),
        ],
    )
    def test_what_may_be_either(self, body: bytes, secret: str) -> None:
        assert refusal(body, signed(), secret) == (
            f"No signature fits the body. Probably it was parsed and written again, or the secret is another's. {RAW}"
            " The secret must be that of this webhook, as create or the last rotate answered it."
        )

    @pytest.mark.parametrize("body", [BODY[:-1], b"", b"\xff\xfe", "\ud800", b"[" * 100_000])
    def test_no_json(self, body: Any) -> None:
        message = refusal(body, signed())
        assert message.startswith("No signature fits the body, which is no JSON: it was changed or cut off on the way. Pass")

    @pytest.mark.parametrize("text", ["v1,", "v1", "v2,AAAA", "v1,\ud800", "v1a,AAAA", "v1,é ☕"])
    def test_signatures_that_are_none(self, text: str) -> None:
        assert refusal(BODY, signed() | {"Webhook-Signature": text}).startswith("No signature fits the body.")

    @pytest.mark.parametrize("text", ["evt_8202_4", "é"])
    def test_another_id(self, text: str) -> None:
        assert refusal(BODY, signed() | {"Webhook-Id": text}).startswith("No signature fits the body.")

    def test_an_id_that_is_no_text(self) -> None:
        assert refusal(BODY, signed() | {"Webhook-Id": "\ud800"}).startswith("webhook-id is no text")

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"7", "an object was expected, not int"),
            (b"x", "Expecting value"),
            (b'{"type":"a.b","timestamp":"2026-11-28T10:00:00Z"}', "an object was expected, not NoneType"),
            (b'{"type":7,"timestamp":"2026-11-28T10:00:00Z","data":{"eventIdx":1}}', "type is no text"),
            (b'{"type":"a.b","timestamp":"2026-11-28","data":{"eventIdx":1}}', "timestamp is no moment with its time zone"),
            (b'{"type":"a.b","timestamp":"soon","data":{"eventIdx":1}}', "timestamp is no moment with its time zone"),
            (b'{"type":"a.b","timestamp":"2026-11-28T10:00:00Z","data":{}}', "a whole number was expected, not NoneType"),
        ],
    )
    def test_signed_and_yet_no_event(self, body: bytes, why: str) -> None:
        message = refusal(body, signed(body))
        assert message.startswith(
            "The signature is right, but this is no event that this version of stampwell-client can read: "
        )
        assert why in message

    def test_it_can_be_pickled(self) -> None:
        refused = pickle.loads(pickle.dumps(WebhookRefused("No.")))
        assert (str(refused), refused.message) == ("No.", "No.")


class TestWrongUse:
    """Not the sender's fault."""

    @pytest.mark.parametrize(
        "secret",
        [
            None,
            "",
            "whsec_",
            SECRET.removeprefix("whsec_"),
            SECRET[:-3],
            "whsec_c2hvcnQ=",
            "sk_live_x",
            SECRET + "é",
            [SECRET, ""],
        ],
    )
    def test_no_secret(self, secret: Any) -> None:
        with pytest.raises(ValueError, match=r"secret must be the whole whsec_… that Stampwell showed"):
            verify(BODY, signed(), secret, now=NOW)

    def test_no_secrets(self) -> None:
        with pytest.raises(ValueError, match="secret is missing"):
            verify(BODY, signed(), [], now=NOW)

    def test_now_without_a_time_zone(self) -> None:
        with pytest.raises(ValueError, match="now must have a time zone"):
            verify(BODY, signed(), SECRET, now=NOW.replace(tzinfo=None))


def test_the_event_is_frozen() -> None:
    event = verify(BODY, signed(), SECRET, now=NOW)
    assert isinstance(event, WebhookEvent)
    with pytest.raises(AttributeError):
        event.type = "stamp.added"  # type: ignore[misc]
    assert hash(event) == hash(verify(BODY, signed(), SECRET, now=NOW))
