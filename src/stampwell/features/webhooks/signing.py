"""The headers of a delivery, signed by Standard Webhooks."""

import base64
import secrets
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Signer

from stampwell import __version__
from stampwell.core.units import SECOND_US

_SECRET_BYTES = 32
_PREFIX = "whsec_"


def new_secret() -> str:
    """`whsec_` and 32 random bytes as base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(message_id: str, body: bytes, *, signing: tuple[str, ...], now_us: int) -> dict[str, str]:
    """The headers of one attempt. signing: the secrets, each of which signs. now_us: when the attempt begins."""
    at, text = datetime.fromtimestamp(now_us // SECOND_US, UTC), body.decode()
    return {
        "content-type": "application/json",
        "user-agent": f"Stampwell/{__version__}",
        "webhook-id": message_id,
        "webhook-timestamp": str(now_us // SECOND_US),
        "webhook-signature": " ".join(Signer(secret).sign(message_id, at, text) for secret in signing),
    }
