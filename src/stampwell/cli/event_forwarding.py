"""Events sent on to an address of a developer's machine, as a webhook would have them."""

import time
from typing import NamedTuple

from pydantic_core import to_json

from stampwell.cli.event_feed import EventObject, number_of, printable
from stampwell.core.clock import Clock
from stampwell.features.webhooks.model import is_success
from stampwell.features.webhooks.signing import signed_headers
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.no_answer import NoAnswer

_LONGEST_SHOWN = 200


class Forwarded(NamedTuple):
    """How it ended: whether the receiver took the event, and in words."""

    is_taken: bool
    text: str


class EventForwarder:
    """Posts events to `url`, signed with `secret` by Standard Webhooks."""

    def __init__(self, client: OutboundClient, url: str, *, secret: str, clock: Clock) -> None:
        self._client = client
        self._url = url
        self._secret = secret
        self._clock = clock

    async def forward(self, event: EventObject) -> Forwarded:
        """Once: whatever the answer is, it is not tried again."""
        body, began_s = to_json(event), time.monotonic()
        headers = signed_headers(_message_id(event), body, signing=(self._secret,), now_us=self._clock.now_us())
        try:
            answer = await self._client.post(self._url, headers=headers, body=body)
        except NoAnswer as error:
            return Forwarded(is_taken=False, text=str(error))
        text = f"{answer.status} in {round(1000 * (time.monotonic() - began_s))} ms"
        if is_success(answer.status):
            return Forwarded(is_taken=True, text=text)
        said = printable(" ".join(answer.text.split()))[:_LONGEST_SHOWN]
        return Forwarded(is_taken=False, text=f"{text}: {said}" if said else text)


def _message_id(event: EventObject) -> str:
    """As of a webhook: the same whenever the event is sent, and another one with other fields."""
    stamp = event["data"].get("stamp")
    is_personal = isinstance(stamp, dict) and "userId" in stamp
    return f"evt_{number_of(event)}_listen" + ("_personal" if is_personal else "")
