"""Requests as curl commands, to paste into a shell."""

import json
import shlex
from textwrap import indent
from urllib.parse import quote, urlencode

KEY_PLACEHOLDER = "sk_live_YOUR_KEY"


def curl_with_body(method: str, path: str, body: object, *, headers: tuple[str, ...] = ()) -> str:
    """`{origin}` stands where the server's address goes."""
    # curl sends what it is given as -d with POST, unless -X says otherwise.
    verb = "" if method == "POST" else f"-X {method} "
    data = f"-d {shlex.quote(indent(pretty(body), '  ').lstrip())}"
    return _lines(f"curl {verb}{{origin}}{path}", *_headers("Content-Type: application/json", *headers), data)


def curl_with_query(method: str, path: str, parameters: dict[str, object], *, headers: tuple[str, ...] = ()) -> str:
    """The same for an endpoint that takes query parameters."""
    verb = "" if method == "GET" else f"-X {method} "
    query = "?" + urlencode(parameters, quote_via=quote) if parameters else ""
    # Quoted, because a shell makes more of ? and & than an address.
    return _lines(f"curl {verb}'{{origin}}{path}{query}'", *_headers(*headers))


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _headers(*headers: str) -> tuple[str, ...]:
    return tuple(f"-H '{header}'" for header in (f"Authorization: APIKey {KEY_PLACEHOLDER}", *headers))


def _lines(*parts: str) -> str:
    return " \\\n  ".join(parts)
