"""The header `Prefer`, RFC 7240, as far as it is honoured."""

import re

_RETURN = re.compile(rb"""[ \t]*return[ \t]*=[ \t]*"?representation"?[ \t]*(;.*)?""", re.IGNORECASE)


def prefers_representation(header: bytes | None) -> bool:
    """Whether the answer should be the thing as it is now: `return=representation`."""
    return header is not None and any(_RETURN.fullmatch(preference) for preference in header.split(b","))
