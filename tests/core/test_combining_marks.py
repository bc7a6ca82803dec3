"""Marks in a row take long to be put in order: what is too long to be meant is left as it is."""

import time
from collections.abc import Callable

import pytest

from kit.hostile_requests import MARKS
from stampwell.core.emails import email_candidates, email_key, stored_email_key
from stampwell.core.phones import has_keypad_letters, is_phone, phone_digits
from stampwell.core.stamp_refs import read_stamp_ref
from stampwell.features.imports.column_matching import suggestion
from stampwell.features.imports.damage import narrowed
from stampwell.features.imports.day_values import read_day
from stampwell.features.people.rules import normal
from stampwell.features.stamps.search.tokens import fold, terms_of

READERS: list[Callable[[str], object]] = [
    email_key,
    email_candidates,
    stored_email_key,
    normal,
    narrowed,
    phone_digits,
    is_phone,
    has_keypad_letters,
    read_stamp_ref,
    fold,
    terms_of,
    suggestion,
    read_day,
]
# Putting them in order took 2.7 to 5.6 s.
BUDGET_S = 0.4


@pytest.mark.parametrize("text", [MARKS, f"kim@{MARKS}", f"{MARKS}@beans.example", f"\N{FULLWIDTH DIGIT ONE}{MARKS}"])
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_row_of_marks_costs_little(read: Callable[[str], object], text: str) -> None:
    began_s = time.process_time()
    read(text)
    assert time.process_time() - began_s < BUDGET_S


def test_what_is_meant_is_read_as_before() -> None:
    assert email_key("KIM@BU\N{COMBINING DIAERESIS}CHER.example".replace("BU", "Bu")) == "kim@xn--bcher-kva.example"
    assert normal("e\N{COMBINING ACUTE ACCENT}" * 200) == "\N{LATIN SMALL LETTER E WITH ACUTE}" * 200
    hangul = "\N{HANGUL CHOSEONG KIYEOK}\N{HANGUL JUNGSEONG A}\N{HANGUL JONGSEONG KIYEOK}"
    assert normal(hangul * 200) == "\N{HANGUL SYLLABLE GAG}" * 200
    assert narrowed("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}") == "12"
