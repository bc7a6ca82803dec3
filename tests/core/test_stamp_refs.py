"""A stamp as people, scanners and messengers name it."""

import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.stamp_refs import LONGEST_STAMP_REF, read_stamp_code, read_stamp_ref
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER

CODE = "ZJLF0399WQBEQZJM"
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in CODE)
LINK = f"https://vvd.bz/stamp/{CODE}"

SPELLINGS = {
    "as it is": CODE,
    "small letters": "zjlf0399wqbeqzjm",
    "blanks": "ZJLF 0399 WQBE QZJM",
    "hyphens": "ZJLF-0399-WQBE-QZJM",
    "long dashes": "ZJLF \u2013 0399 \u2013 WQBE \u2013 QZJM",
    "no-break spaces": "zjlf\u00a00399\u00a0wqbe\u00a0qzjm",
    "two halves": "ZJLF0399 WQBEQZJM",
    "broken over two lines": "ZJLF0399\r\nWQBEQZJM",
    "blanks around it": f"  {CODE}\t",
    "a line end": f"{CODE}\r\n",
    "asterisks of a bar code": f"*{CODE}*",
    "quotation marks": f"\u201c{CODE}\u201d",
    "marks of direction": f"\u200e{CODE}\u200f",
    "a byte order mark": f"\ufeff{CODE}",
    "soft hyphens": "ZJLF\u00ad0399\u00adWQBE\u00adQZJM",
    "full width": WIDE,
    "percent-encoded": "ZJLF%200399%20WQBE%20QZJM",
    "link": LINK,
    "link without TLS": f"http://cards.charlie.example:8080/stamp/{CODE}",
    "link in capitals": f"HTTPS://VVD.BZ/STAMP/{CODE}",
    "link in small letters": f"https://vvd.bz/stamp/{CODE.lower()}",
    "link without a scheme": f"vvd.bz/stamp/{CODE}",
    "link without a host": f"/stamp/{CODE}",
    "link with a query": f"{LINK}?lang=ko&utm_source=kakao",
    "link with a fragment": f"{LINK}#card",
    "link with a line end": f"{LINK}\r\n",
    "link in groups": "https://vvd.bz/stamp/ZJLF-0399-WQBE-QZJM",
    "link with percent-encoded blanks": "https://vvd.bz/stamp/%20ZJLF%200399%20WQBE%20QZJM%20",
    "link with blanks of a form": "https://vvd.bz/stamp/ZJLF+0399+WQBE+QZJM+",
    "link of full width": f"https://vvd.bz/stamp/{WIDE}",
    "link to the QR code": f"{LINK}/qr.svg",
    "link to the staff's page": f"{LINK}/staff?lang=ja",
    "link with a slash": f"{LINK}/",
    "link with a full stop": f"{LINK}.",
    "link with a comma": f"{LINK},",
    "link with a bracket": f"({LINK})",
    "link with quotation marks": f'"{LINK}"',
    "link in angle brackets": f"<{LINK}>",
    "link with two signs and a blank": f"{LINK}). ",
    "link on an IPv6 address": f"http://[::1]:8000/stamp/{CODE}",
    "link on a host called stamp": f"http://stamp/stamp/{CODE}",
    "link behind a scanner's own prefix": f"]Q1{LINK}",
    "link that was percent-encoded": f"https%3A%2F%2Fvvd.bz%2Fstamp%2F{CODE}",
    "link inside a link": f"https://safe.example/?url=https%3A%2F%2Fvvd.bz%2Fstamp%2F{CODE}&data=05",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_code_in_every_spelling(text: str) -> None:
    assert read_stamp_ref(text) == CODE
    assert read_stamp_code(text) == CODE


@pytest.mark.parametrize("text", ["1234567890123456", "1234-5678-9012-3456", "1234 5678 9012 3456\n", "#1234567890123456"])
def test_sixteen_digits_are_a_code(text: str) -> None:
    assert read_stamp_ref(text) == "1234567890123456"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("135", 135), ("0", 0), ("-1", -1), ("007", 7), (" 135\r\n", 135), ("#135", 135), ("# 135", 135)),
        *(("\uff11\uff13\uff15", 135), ("\uff03135", 135), ("\ufeff135", 135)),
        *((str(LARGEST_INTEGER), LARGEST_INTEGER), (str(SMALLEST_INTEGER), SMALLEST_INTEGER)),
    ],
)
def test_a_number(text: str, number: int) -> None:
    assert read_stamp_ref(text) == number
    assert read_stamp_code(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "#", "##1", "x", "1.0", "+1", "1e3", "0x1", "1_000", "--1", "1 2", "\u0663", "\u2167" * 16, "\u0663" * 16),
        *(CODE[:15], f"{CODE}A", "ZJ-LF0399WQBEQZJM", "ZJLF_0399_WQBE_QZJM", "ZJLF-0399-WQBE-QZJM-ZJLF", "\u00e9" * 16),
        *(str(LARGEST_INTEGER + 1), str(SMALLEST_INTEGER - 1), "9" * 5000, "\ud800" * 16),
        *("https://vvd.bz/stamp/135", "https://vvd.bz/stamp/", "https://vvd.bz/stamp", f"https://vvd.bz/card/{CODE}"),
        # Two scans in one are no stamp rather than the first or the last of them.
        *(f"{CODE}{CODE}", f"{LINK}{LINK}", f"{LINK}\n{LINK}", f"{LINK} Thank you", " " * LONGEST_STAMP_REF + CODE),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_what_names_no_stamp(text: str) -> None:
    assert read_stamp_ref(text) is None
    assert read_stamp_code(text) is None


codes = st.text(string.digits + string.ascii_uppercase, min_size=16, max_size=16)
_gap = st.sampled_from(["", " ", "-", " - ", "\u2013", "\u00a0", "\r\n", "\u00ad"])
# A percent sign before it would make another character of its first two.
_before = st.text(" \t\r\n\"'(<[{*\u201c\u200e\ufeff", max_size=3)
_after = st.text(" \t\r\n\"'>)]}*.,;:!?/%#\u201d\u3002\u200f", max_size=3)
_hosts = st.sampled_from(["vvd.bz", "any.host:8443", "127.0.0.1", "stamp", "stamps.example/loyalty"])
_schemes = st.sampled_from(["https://", "http://", "HTTPS://", ""])
_tails = st.sampled_from(["", "/", "?lang=ko", "#x", "/staff", "?a=1&b=/stamp/2"])


@st.composite
def decorated(draw: st.DrawFn) -> tuple[str, str]:
    """A code, and a text that it has to be read from."""
    code = draw(codes)
    groups = [code[at : at + 4] for at in range(0, 16, 4)]
    spelled = "".join(group + draw(_gap) for group in groups[:3]) + groups[3]
    spelled = draw(st.sampled_from([str, str.lower, str.swapcase, _wide]))(spelled)
    if draw(st.booleans()):
        spelled = f"{draw(_schemes)}{draw(_hosts)}/stamp/{spelled}{draw(_after)}{draw(_tails)}"
    return code, draw(_before) + spelled + draw(_after)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@given(decorated())
def test_however_a_code_is_decorated_it_is_read(case: tuple[str, str]) -> None:
    code, text = case
    assert read_stamp_ref(text) == code


@given(st.text() | st.text("aZ0-/ .#%+?&:stamp\u00ad\uff21", max_size=60) | decorated().map(lambda case: case[1][1:-1]))
def test_what_is_read_is_a_number_or_sixteen_letters_and_digits(text: str) -> None:
    named = read_stamp_ref(text)
    if isinstance(named, int):
        assert SMALLEST_INTEGER <= named <= LARGEST_INTEGER
    elif named is not None:
        assert re.fullmatch("[0-9A-Z]{16}", named)
    # Read once or twice, it is the same.
    assert named is None or read_stamp_ref(str(named)) == named


@pytest.mark.parametrize("piece", ["/stamp", "stamp/", "-", " ", "a/", "ab12 ", "\ufdfa", "%2f", "#", "(", "\u200b"])
def test_texts_made_to_be_slow_are_not(piece: str) -> None:
    started = time.process_time()
    for length in (LONGEST_STAMP_REF, 500_000):
        assert read_stamp_ref((piece * length)[:length]) is None
    # What was quadratic here took seconds.
    assert time.process_time() - started < 1
