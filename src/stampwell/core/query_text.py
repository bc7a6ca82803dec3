"""Query strings in bytes: names and values, percent-encoded UTF-8 with `+` for a space."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes


class Parameter(NamedTuple):
    """`is_utf8` is False when the name or the value is not; what cannot be read of it is U+FFFD then."""

    name: str
    value: str
    is_utf8: bool


def parse(query: bytes) -> Iterator[Parameter]:
    """The parameters in order; of one without `=` the value is empty."""
    for part in filter(None, query.split(b"&")):
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        (name_text, name_is_utf8), (value_text, value_is_utf8) = _decode(name), _decode(value)
        yield Parameter(name_text, value_text, name_is_utf8 and value_is_utf8)


def _decode(sent: bytes) -> tuple[str, bool]:
    raw = unquote_to_bytes(sent)
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return raw.decode(errors="replace"), False
