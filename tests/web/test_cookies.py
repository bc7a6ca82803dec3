"""Which cookie of a request is read, and that a header made up of quotes and backslashes keeps nobody busy."""

import time

import pytest
from starlette.requests import Request

from stampwell.web.cookies import read_cookie


def asked(*headers: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", header.encode("latin-1")) for header in headers]})


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (["stampwell=abc"], "abc"),
        (["a=b; stampwell=abc; c=d"], "abc"),
        (["a=b;stampwell=abc;c=d"], "abc"),
        (["a=b", "stampwell=abc"], "abc"),
        (['stampwell="ab=="'], "ab=="),
        (["stampwell=ab=="], "ab=="),
        (["stampwell="], ""),
        (["stampwell=one; stampwell=two"], "two"),
        (["stampwell"], None),
        (["xstampwell=abc"], None),
        (["stampwellx=abc"], None),
        (["Stampwell=abc"], None),
        (["a=stampwell"], None),
        ([], None),
        ([";;;=;=="], None),
        (["stampwell=\xff\xfe"], "\xff\xfe"),
    ],
)
def test_the_value_of_a_cookie(headers: list[str], value: str | None) -> None:
    assert read_cookie(asked(*headers), "stampwell") == value


@pytest.mark.parametrize("filling", ['"' + "\\" * 500_000 + '"', '"\\1' * 150_000, ";" * 500_000, "stampwell=a;" * 40_000])
def test_a_header_made_up_to_take_long_does_not(filling: str) -> None:
    began = time.process_time()
    read_cookie(asked(f"stampwell={filling}"), "stampwell")
    assert time.process_time() - began < 0.5
