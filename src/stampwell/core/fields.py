"""The contract's kinds of values, as Pydantic types: each says what is wrong with a value in a translatable sentence."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from stampwell.core.codes import CODE_LENGTH
from stampwell.core.days import parse_ymd, parse_ymdt
from stampwell.core.emails import is_email_address
from stampwell.core.model_problems import WITHOUT_QUOTES, integer_in_quotes
from stampwell.core.origins import canonical_origin, is_https_url
from stampwell.core.phrases import Template, translatable
from stampwell.core.stamp_refs import LONGEST_STAMP_REF, StampRef, read_stamp_ref
from stampwell.core.text import CONTROL_CHARACTERS, with_line_feeds
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER
from stampwell.core.unseen import unseen_in

PLAIN = f"^[^{CONTROL_CHARACTERS}]*$"
# Of what is sent: CR is among it, and is LF before lengths are counted.
PLAIN_WITH_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
_ORIGIN_PATTERN = r"^([hH][tT][tT][pP][sS]?://[^\x00-\x20/?#@\\\x7f-\x9f]+/?)?$"
CODE_PATTERN = f"^[0-9A-Z]{{{CODE_LENGTH}}}$"
# What JSON Schema can say of the spellings that `read_stamp_ref` takes; it takes more.
_CODE_AS_SENT = r"[0-9A-Za-z]{4}(?:[ -]?[0-9A-Za-z]{4}){3}"
_LINK_AS_SENT = rf"(?:[hH][tT][tT][pP][sS]?://)?[0-9A-Za-z.:\[\]-]*/stamp/{_CODE_AS_SENT}(?:/?[?#][!-~]*)?"
_STAMP_PATTERN = rf'^[ \t\r\n]*(?:{_LINK_AS_SENT}|{_CODE_AS_SENT})[/.,)"> \t\r\n]*$'

_DECIMAL = re.compile(r"-?[0-9]{1,19}")


def wrong(template: Template, **values: object) -> PydanticCustomError:
    """What a validator raises: a sentence for the catalogues (mark it `translatable` or `counted`) and its values."""
    return PydanticCustomError("rule", "{template}", {"template": template, **values})


def malformed(value: object, template: Template, **values: object) -> PydanticCustomError:
    """As `wrong`, of a value that has not its form: what nobody sees in it is named instead."""
    unseen = unseen_in(value) if isinstance(value, str) else None
    return wrong(template, **values) if unseen is None else wrong(unseen.template, **unseen.parameters)


def day(value: object) -> date:
    """A strict `YYYY-MM-DD`."""
    if not isinstance(value, str):
        raise wrong(translatable("must be a date as a string, such as 2025-12-31"))
    parsed = parse_ymd(value)
    if parsed is None:
        raise malformed(value, translatable("must be a real calendar day written YYYY-MM-DD, such as 2025-12-31"))
    return parsed


def instant(value: object, zone: ZoneInfo) -> int:
    """`YYYY-MM-DD HH:mm:ss` on the clocks of the zone, or with an offset behind it, as microseconds since 1970 in UTC."""
    sentence = translatable("must be written YYYY-MM-DD HH:mm:ss, such as 2026-11-29 14:05:00, or with an offset: +09:00 or Z")
    if not isinstance(value, str):
        raise wrong(sentence)
    parsed = parse_ymdt(value, zone)
    if parsed is None:
        raise malformed(value, sentence)
    return parsed


def _lines(value: object) -> object:
    return with_line_feeds(value) if isinstance(value, str) else value


def _email(value: str) -> str:
    if value and not is_email_address(value):
        raise malformed(value, translatable("must have the form of an e-mail address, such as name@example.com"))
    return value


def _origin(value: str) -> str:
    origin = canonical_origin(value) if value else ""
    if origin is None:
        raise malformed(value, translatable("must be an origin such as https://stamps.example.com, without a path"))
    return origin


def _https_url(value: str) -> str:
    if value and not is_https_url(value):
        raise malformed(value, translatable("must be a URL that begins with https:// and names a host"))
    return value


def _stamp_in_body(value: object) -> StampRef:
    if isinstance(value, int) and not isinstance(value, bool) and SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    named = read_stamp_ref(value) if isinstance(value, str) else None
    if isinstance(named, int):
        raise wrong(translatable("send the number without quotes: {number}"), number=str(named))
    return _required(named)


def _stamp_in_query(value: object) -> StampRef:
    return _required(read_stamp_ref(str(value)))


def _required(named: StampRef | None) -> StampRef:
    if named is None:
        raise wrong(NO_STAMP)
    return named


def _number_in_query(value: object) -> int:
    text = str(value)
    if not _DECIMAL.fullmatch(text):
        if text[:1] in {'"', "'"} and (number := integer_in_quotes(text)) is not None:
            raise wrong(WITHOUT_QUOTES, number=number)
        raise malformed(text, translatable("must be an integer, such as 123"))
    return int(text)


NO_STAMP = translatable("must be a stamp's number (an integer), its code (16 letters and digits) or its link")


def not_only_spaces(value: str) -> str:
    """The name, which has to show something."""
    if not value.strip():
        raise wrong(translatable("must have at least one character that is not a space"))
    return value


def plain_name_schema(longest: int, description: str) -> dict[str, Any]:
    """The JSON Schema of a name of 1 to `longest` characters, not all of them spaces."""
    controls = CONTROL_CHARACTERS
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": longest,
        "pattern": f"^[^{controls}]*[^\\s{controls}][^{controls}]*$",
        "description": description,
    }


def or_blank(schema: dict[str, Any], **annotations: object) -> WithJsonSchema:
    """The JSON Schema of an optional text that may also be empty or null."""
    return WithJsonSchema({"anyOf": [schema, {"type": "string", "const": ""}, {"type": "null"}], **annotations})


LINE_FEEDS = BeforeValidator(_lines)
"""Goes with PLAIN_WITH_LINES, last: line ends of every kind become LF, and count as one character each."""

YesNo = Literal["Y", "N"]
YES_NO_SCHEMA: dict[str, Any] = {"type": "string", "enum": ["Y", "N"]}

Integer = Annotated[int, Field(ge=SMALLEST_INTEGER, le=LARGEST_INTEGER)]
QueryInteger = Annotated[int, BeforeValidator(_number_in_query)]
Email = Annotated[str, Field(max_length=254, pattern=PLAIN), AfterValidator(_email)]
EMAIL_SCHEMA: dict[str, Any] = {"type": "string", "format": "email", "maxLength": 254}
Origin = Annotated[str, AfterValidator(_origin)]
ORIGIN_SCHEMA: dict[str, Any] = {"type": "string", "format": "origin", "pattern": _ORIGIN_PATTERN}
HttpsUrl = Annotated[str, Field(max_length=2000, pattern=PLAIN), AfterValidator(_https_url)]
HTTPS_SCHEMA: dict[str, Any] = {"type": "string", "format": "https-url", "maxLength": 2000}

_STAMP_SCHEMA = {
    "anyOf": [
        {"type": "integer", "format": "int64", "minimum": SMALLEST_INTEGER, "maximum": LARGEST_INTEGER},
        {"type": "string", "pattern": _STAMP_PATTERN, "maxLength": LONGEST_STAMP_REF},
    ],
    "description": (
        "The stamp: its number, or as a text its 16-character code in any case and with blanks or hyphens between groups of "
        "four, or its whole link, as scanners send it."
    ),
}
StampIdx = Annotated[StampRef, PlainValidator(_stamp_in_body), WithJsonSchema(_STAMP_SCHEMA)]
QueryStampIdx = Annotated[StampRef, PlainValidator(_stamp_in_query), WithJsonSchema(_STAMP_SCHEMA)]
