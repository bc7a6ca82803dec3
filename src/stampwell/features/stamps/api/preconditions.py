"""`If-Match` of RFC 9110: which versions of a stamp a change is meant for."""

import re

_STRONG = re.compile(rb'"[!#-~\x80-\xff]*"')


def if_match(header: bytes | None) -> frozenset[str] | None:
    """The entity tags that the header names; None for any version: without the header, or for `*`.

    What is malformed, and a weak tag, names no version: the change is refused rather than done to another stamp than was seen.
    """
    if header is None or header.strip() == b"*":
        return None
    tags = header.replace(b"\n", b",").split(b",")
    return frozenset(tag.strip().decode("latin-1") for tag in tags if _STRONG.fullmatch(tag.strip()))
