"""Signed requests, and what may be wrong with them."""

import base64
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from standardwebhooks.webhooks import Webhook


def secret_of(seed: bytes) -> str:
    """32 bytes of the seed, as Stampwell shows a secret."""
    return "whsec_" + base64.b64encode((seed * 32)[:32]).decode()


OTHER_SECRET = secret_of(b"another")


@dataclass(frozen=True)
class SignedRequest:
    """A delivery as it comes to a receiver: names of headers in lower case, and the secret that signed it."""

    secret: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        """What the receivers of the guide print of it."""
        event = json.loads(self.body)
        return f"{event['type']} {event['data']['eventIdx']}"

    def with_headers(self, **headers: str) -> Self:
        """`webhook_id=""` empties that header."""
        return replace(self, headers=self.headers | {name.replace("_", "-"): text for name, text in headers.items()})

    def without(self, header: str) -> Self:
        return replace(self, headers={name: text for name, text in self.headers.items() if name != header})

    def signed_again(self, *, secret: str | None = None, late_s: int = 0) -> Self:
        """Signed by another secret, or that many seconds from now."""
        at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=late_s)
        signature = Webhook(secret or self.secret).sign(self.headers["webhook-id"], at, self.body.decode())
        return self.with_headers(webhook_timestamp=f"{at.timestamp():.0f}", webhook_signature=signature)

    def rewritten(self) -> Self:
        """The body as Python writes JSON."""
        return replace(self, body=json.dumps(json.loads(self.body)).encode())

    def tampered(self) -> Self:
        body = self.body.replace(b'"after":2', b'"after":9')
        assert body != self.body
        return replace(self, body=body)
