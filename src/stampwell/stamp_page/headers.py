"""The headers of the customer's page and of everything that belongs to it."""

from collections.abc import Mapping
from types import MappingProxyType

from stampwell.web.headers import PAGE_HEADERS

STAMP_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **PAGE_HEADERS,
        "Content-Security-Policy": PAGE_HEADERS["Content-Security-Policy"] + "; worker-src 'self'",
        # The address is the key to the card: no page that is opened from here may learn it.
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
)
