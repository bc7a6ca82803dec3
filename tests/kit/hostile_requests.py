"""Requests that somebody may send to keep a server busy: heads, forms and bodies of the worst kinds that are let in."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

_URL = 7_500
_HEADER = 30_000
"""Bytes that are let in; beyond them nothing is looked at."""

BOUNDARY = "bd1"
FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
JSON = "application/json"
CHARSETS = ("punycode", "utf-7", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "rot13", "zlib", "bz2", "mbcs")

MARKS = "a" + "\u0301" * 5000 + "\u0327" * 5000
"""Put in order by whoever normalizes it, each of the last ones past all of the others."""

Headers = Sequence[tuple[str, str]]


class Hostile(NamedTuple):
    """What is added to a request of a route. path: appended to its path; length: declared in place of the body's own."""

    name: str
    path: str = ""
    query: str = ""
    headers: Headers = ()
    content_type: str = ""
    body: bytes = b""
    length: int | None = None
    chunked: bool = False


def _targets() -> Iterator[Hostile]:
    yield Hostile("nothing")
    yield Hostile("a long path", path="/" + "a" * _URL)
    yield Hostile("a path of slashes", path="/" * _URL)
    yield Hostile("a path of percents", path="/" + "%41" * (_URL // 3))
    yield Hostile("a path of dots", path="/" + "../" * (_URL // 3))
    yield Hostile("a path of bytes that are no text", path="/" + "%ff" * (_URL // 3))
    yield Hostile("a path of hyphens", path="-" * _URL)
    yield Hostile("a path of blanks", path="%20" * (_URL // 3))
    for sign in ("&", "=", "%", "+", ";", "a", "%ff", "%00", "a&", "a=1&", "lang=ko&", "%F0%9F%98%80"):
        yield Hostile(f"a query of {sign}", query=sign * (_URL // len(sign)))
    values = ("a" * _URL, "9" * _URL, "%ED%A0%80" * (_URL // 9), "xn--" + "a" * _URL, "." * _URL, "a." * (_URL // 2))
    names = ("lang", "seen", "next", "domain", "q", "cursor", "stampIdx", "before", "limit")
    for number, name in enumerate(names):
        for value in (values[number % len(values)], values[(number + 1) % len(values)]):
            yield Hostile(f"{name}={value[:10]}", query=f"{name}={value}"[:_URL])
    for value in values:
        yield Hostile(f"all names={value[:10]}", query="&".join(f"{name}={value[: _URL // len(names) - 20]}" for name in names))


def _cookies() -> Iterator[str]:
    ours = ("stampwell", "__Host-stampwell", "stampwell_notice", "stampwell_pin", "stampwell_language")
    room = _HEADER - 40
    # Python's reader of cookies looks into what is quoted, to its end.
    quoted = (f'"{text}"' for text in ("\\" * room, "\\1" * (room // 2), '\\"' * (room // 2)))
    for value in (*quoted, *(sign * room for sign in "a1=;")):
        yield from (f"{name}={value}" for name in (*ours, "other"))
    yield "; ".join(f"c{number}=v" for number in range(4000))[:_HEADER]
    yield "stampwell=v;" * (_HEADER // 12)


def _heads() -> Iterator[Hostile]:
    for cookie in _cookies():
        yield Hostile(f"a cookie {cookie[:24]}", headers=[("Cookie", cookie)])
    languages = (
        ",".join(f"aa-{number:04}" for number in range(4000)),
        ",".join(f"aa;q=0.{number:03}" for number in range(1000)),
        "," * _HEADER,
        "*;q=" * 7000,
        ",".join(["ko-" + "a" * 8] * 40)[:499],
        "a-" * 240,
    )
    for value in languages:
        yield Hostile(f"languages {value[:12]}", headers=[("Accept-Language", value[:_HEADER])])
    for host in (
        "a" * _HEADER,
        "a." * 15_000,
        "xn--" + "a" * 400,
        "\xe9" * 250,
        "\xdf." * 125,
        "[::1",
        "[" * 500,
        ":" * 500,
        "@" * 500,
        "a:" + "9" * 500,
    ):
        yield Hostile(f"host {host[:8]}", headers=[("Host", host[:_HEADER])])
    long = {
        "Range": "bytes=" + ",".join(f"{number}-{number}" for number in range(3000)),
        "If-None-Match": ", ".join(f'"{number:024x}"' for number in range(1000)),
        "If-Match": '"' + "a" * _HEADER,
        "If-Modified-Since": "Mon, " * 6000,
        "Authorization": "APIKey " + "k" * _HEADER,
        "X-Request-Id": "a" * _HEADER,
        "Origin": "http://" + "a" * _HEADER,
        "Referer": "http://" + "a" * _HEADER,
        "User-Agent": "Firefox/" * 3000,
        "Prefer": "return=representation, " * 1300,
        "Idempotency-Key": "a" * _HEADER,
        "X-HTTP-Method-Override": "PUT" * 9000,
        "Last-Event-ID": "a" * _HEADER,
        "Sec-Fetch-Site": "same-origin" * 2000,
        "Connection": "upgrade, " * 3000,
        "Upgrade": "h2c, " * 5000,
        "X-Forwarded-Proto": "https" * 6000,
        "Content-Type": "multipart/form-data" + ";" * 29_000,
        "Content-Encoding": "gzip, " * 4000,
        "Accept": "text/html;q=0.1," * 1800,
    }
    for name, value in long.items():
        yield Hostile(f"a long {name}", headers=[(name, value[:_HEADER])])
    for origin in ("http://[", "http://[::1", "http://a]b", "http://[v1.x]", "://", "\xff", ""):
        yield Hostile(f"origin {origin}", headers=[("Origin", origin)])
        yield Hostile(f"origin and host {origin}", headers=[("Origin", origin), ("Host", origin.removeprefix("http://"))])
    yield Hostile("bearer", headers=[("Authorization", "Bearer " + "\xff" * _HEADER)])
    yield Hostile("many headers", headers=[(f"X-{number}", "a") for number in range(90)])
    yield Hostile("the same header often", headers=[("Accept-Language", "ko;q=0.5, ja")] * 90)


def _forms(fields: str) -> Iterator[Hostile]:
    """fields: what the form must have to be looked at; `a=b&c=d`."""
    pairs = [pair.partition("=") for pair in fields.split("&") if pair]
    parts = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, _, value in pairs
    )
    end = f"--{BOUNDARY}--\r\n".encode()
    room = 15_500
    for sign in ("&", "=", "%", "+", "a", "%ff", "%00", "a&", "a=1&", "%F0%9F%98%80", "%cc%81", "%E1%84%80"):
        yield Hostile(f"a form of {sign}", content_type=FORM, body=(f"{fields}&x=" + sign * (room // len(sign))).encode())
    yield Hostile("a large form", content_type=FORM, body=b"a=" + b"%" * 250_000)
    yield Hostile("a form that is larger than it says", content_type=FORM, body=b"a=1", length=10**15)
    for charset in CHARSETS:
        data = "\U0001f600".encode("punycode") + b"a" * 14_000
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="email"\r\n\r\n'.encode() + data + b"\r\n"
        yield Hostile(f"parts in {charset}", content_type=f"{MULTIPART}; charset={charset}", body=parts + part + end)
    yield Hostile("large parts in punycode", content_type=f"{MULTIPART}; charset=punycode", body=parts + b"a" * 250_000)
    for spoilt, _, _ in pairs:
        values = {name: value.encode() for name, _, value in pairs} | {spoilt: MARKS.encode()[:14_000]}
        body = b"".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
            for name, value in values.items()
        )
        yield Hostile(f"marks in {spoilt}", content_type=MULTIPART, body=body + end)
    bodies = {
        "many parts": parts + (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.encode()) * 250 + end,
        "many headers": f"--{BOUNDARY}\r\n".encode() + b"X: y\r\n" * 2500 + b"\r\n\r\n" + end,
        "a long header": f"--{BOUNDARY}\r\nX: ".encode() + b"y" * room + b"\r\n\r\n\r\n" + end,
        "a long disposition": f"--{BOUNDARY}\r\nContent-Disposition: form-data".encode()
        + b";a=b" * 3500
        + b"\r\n\r\n\r\n"
        + end,
        "quotes": f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode() + b'\\"' * 7000 + b'"\r\n\r\n\r\n' + end,
        "a file": f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n'.encode() + b"x" * room,
        "beginnings of an end": parts + b"\r\n--bd" * 2500 + end,
        "line ends": parts + b"\r" * room + end,
        "no end": parts,
        "nothing": b"",
        "nothing but an end": end,
    }
    for name, body in bodies.items():
        yield Hostile(f"parts: {name}", content_type=MULTIPART, body=body)
    yield Hostile("a boundary", content_type="multipart/form-data; boundary=" + "b" * 29_000, body=parts)
    yield Hostile("pieces of a byte", content_type=FORM, body=fields.encode() + b"&a=" + b"b" * 1000, chunked=True)


def _json() -> Iterator[Hostile]:
    bodies = {
        "deep arrays": b"[" * 200_000,
        "deep objects": b'{"a":' * 150_000,
        "closed deep arrays": b"[" * 100_000 + b"]" * 100_000,
        "a long number": b"9" * 900_000,
        "a number's power": b'{"cardIdx":1e999999999}',
        "long numbers": b'{"cardIdx":' + b"9" * 4000 + b"}",
        "a long text": b'{"memo":"' + b"a" * 900_000 + b'"}',
        "escapes": b'{"memo":"' + b"\\ud83d\\ude00" * 70_000 + b'"}',
        "one name often": b"{" + b",".join([b'"cardIdx":1'] * 70_000) + b"}",
        "many names": json.dumps({f"n{number}": number for number in range(50_000)}).encode(),
        "many rows": json.dumps({"stamps": [{}] * 200_000}).encode(),
        "no text": b"\xff" * 900_000,
        "blanks": b" " * 900_000,
    }
    for name, body in bodies.items():
        yield Hostile(f"JSON: {name}", content_type=JSON, body=body)
    yield Hostile("JSON: too large", content_type=JSON, body=b"a" * 100, length=10**15)
    yield Hostile("JSON: a length of many digits", content_type=JSON, headers=[("Content-Length", "1" * 5000)])


def hostile_to(method: str, *, fields: str = "") -> list[Hostile]:
    """What to send with that method. fields: what a form of the route must have."""
    always = [*_targets(), *_heads()]
    return always if method == "GET" else [*always, *_forms(fields), *_json()]


def raw(method: str, path: str, hostile: Hostile, given: Headers = ()) -> bytes:
    """The request's bytes. given: headers of its own, for which the hostile one may have others."""
    target = quote(path, safe="/%:-._~") + hostile.path + (f"?{hostile.query}" if hostile.query else "")
    length = len(hostile.body) if hostile.length is None else hostile.length
    own: dict[str, str] = {"Host": "127.0.0.1", "Connection": "close", **dict(given)}
    if hostile.content_type:
        own["Content-Type"] = hostile.content_type
    if hostile.chunked:
        own["Transfer-Encoding"] = "chunked"
    elif method != "GET" or length:
        own["Content-Length"] = str(length)
    replaced = {name.lower() for name, _ in hostile.headers}
    lines = [f"{name}: {value}" for name, value in own.items() if name.lower() not in replaced]
    lines += [f"{name}: {value}" for name, value in hostile.headers]
    head = "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1")
    if not hostile.chunked:
        return head + hostile.body
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in hostile.body)
    return head + pieces + b"0\r\n\r\n"
