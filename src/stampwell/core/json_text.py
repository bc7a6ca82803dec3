"""JSON text in bytes: its value, or what is wrong with it, where, and what to do about it."""

import json
import re
from codecs import BOM_UTF8
from typing import Any, NamedTuple, NoReturn

import jiter

from stampwell.core.phrases import Phrase, english, phrase

_POSITION = re.compile(r"(?P<problem>.*) at line (?P<line>\d+) column (?P<column>\d+)", re.DOTALL)

# The parser gives up at 4,300 digits. Cut to forty, a number is still out of every range, and refused as just that.
_ENDLESS_DIGITS = re.compile(rb"[0-9]{1000,}")
_ENOUGH_DIGITS = 40

_DUPLICATE = "Detected duplicate key"

# All that the parser says, by its English; a later version's new one is passed on as it is.
_PROBLEMS = {
    problem.said(english): problem
    for problem in (
        phrase("EOF while parsing a list"),
        phrase("EOF while parsing an object"),
        phrase("EOF while parsing a string"),
        phrase("EOF while parsing a value"),
        phrase("expected `:`"),
        phrase("expected `,` or `]`"),
        phrase("expected `,` or `}}`"),
        phrase("expected ident"),
        phrase("expected value"),
        phrase("invalid escape"),
        phrase("invalid number"),
        phrase("number out of range"),
        phrase("control character (\\u0000-\\u001F) found while parsing a string"),
        phrase("key must be a string"),
        phrase("lone leading surrogate in hex escape"),
        phrase("trailing comma"),
        phrase("trailing characters"),
        phrase("unexpected end of hex escape"),
        phrase("recursion limit exceeded"),
    )
}

_KINDS = {
    dict: phrase("an object"),
    list: phrase("an array"),
    str: phrase("a string"),
    bool: phrase("true or false"),
    type(None): phrase("null"),
}


class NotJsonText(ValueError):
    """`line` and `column` count from 1; `hint` is a sentence with a space before it, or empty."""

    def __init__(self, problem: Phrase | str, *, line: int, column: int, hint: Phrase | str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column
        self.hint = hint


class NotUtf8Text(ValueError):
    """`problem` says which other encoding it is, or which byte is none of UTF-8."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(problem.said(english))
        self.problem = problem


class Parsed(NamedTuple):
    """A value, and the names that some object of it had more than once, in the order they were met."""

    value: Any
    repeated: list[str]


def parse(text: bytes) -> Parsed:
    """What the text holds, a byte order mark before it passed over. Raises NotUtf8Text or NotJsonText."""
    try:
        return _strictly(text)
    except ValueError:
        # Whatever is slow or rare comes after the first look.
        text = text.removeprefix(BOM_UTF8)
        return _parse_again(_ENDLESS_DIGITS.sub(lambda found: found[0][:_ENOUGH_DIGITS], text))


def kind_of(value: object) -> Phrase:
    """What sort of JSON value it is, with its article."""
    return _KINDS.get(type(value)) or phrase("a number")


def _strictly(text: bytes) -> Parsed:
    return Parsed(jiter.from_json(text, allow_inf_nan=False, catch_duplicate_keys=True), [])


def _parse_again(text: bytes) -> Parsed:
    try:
        return _strictly(text)
    except ValueError as error:
        if not str(error).startswith(_DUPLICATE):
            _refuse(text, str(error))
        return Parsed(_parse_leniently(text), _repeated(text))


def _parse_leniently(text: bytes) -> Any:
    try:
        return jiter.from_json(text, allow_inf_nan=False)
    except ValueError as error:
        _refuse(text, str(error))


def _refuse(text: bytes, problem: str) -> NoReturn:
    _require_utf8(text)
    found = _POSITION.fullmatch(problem)
    if found is None:
        raise NotJsonText(problem, line=1, column=0, hint="")
    line, column = int(found["line"]), int(found["column"])
    known = _PROBLEMS.get(found["problem"], found["problem"])
    raise NotJsonText(known, line=line, column=column, hint=_hint(text, line, column))


def _require_utf8(text: bytes) -> None:
    """Raises NotUtf8Text."""
    encoding = json.detect_encoding(text)
    if encoding.startswith(("utf-16", "utf-32")) and _is_json_like(text, encoding):
        raise NotUtf8Text(phrase("it is {encoding}", encoding=encoding[:6].upper()))
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        found = f"0x{text[error.start]:02X}"
        raise NotUtf8Text(
            phrase(
                "byte {place}, on line {line}, is {found}, which cannot stand there",
                place=error.start + 1,
                line=line,
                found=found,
            )
        ) from None


def _is_json_like(text: bytes, encoding: str) -> bool:
    try:
        return text[:400].decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")[:1] in {"{", "["}
    except UnicodeError:
        return False


def _hint(text: bytes, line: int, column: int) -> Phrase | str:
    if not text.strip():
        return phrase(" The body is empty.")
    # The parser points at the offending character or at the one before it.
    here = text.split(b"\n")[line - 1][max(column - 2, 0) :]
    if b"//" in here[:3] or b"/*" in here[:3]:
        return phrase(" Comments are not JSON: remove the comment that starts here.")
    if b"NaN" in here[:5] or b"Infinity" in here[:10]:
        return phrase(" NaN and Infinity are not JSON numbers.")
    return ""


def _repeated(text: bytes) -> list[str]:
    """The slow way, for the message only."""
    twice: dict[str, None] = {}

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                twice[name] = None
            seen.add(name)
        return dict(pairs)

    json.loads(text, object_pairs_hook=collect)
    return list(twice)
