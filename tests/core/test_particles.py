"""Korean particles fit the word before them: syllables, digits, Latin letters, and what pages put around them."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from markupsafe import Markup

from stampwell import locales
from stampwell.core.particles import with_particles
from stampwell.core.phrases import phrase
from stampwell.locales.languages import Languages

KOREAN = Languages()(b"ko").translate

_PAIR = re.compile(r"[이을은와과]\([가를는과와]\)|\([이으]\)")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("커피", "커피를 커피가 커피는 커피로 커피라고"),
        ("쿠폰", "쿠폰을 쿠폰이 쿠폰은 쿠폰으로 쿠폰이라고"),
        ("서울", "서울을 서울이 서울은 서울로 서울이라고"),
        (10, "10을 10이 10은 10으로 10이라고"),
        (2, "2를 2가 2는 2로 2라고"),
        (7, "7을 7이 7은 7로 7이라고"),
        ("Coffee", "Coffee를 Coffee가 Coffee는 Coffee로 Coffee라고"),
        ("mina@shop.com", "mina@shop.com을 mina@shop.com이 mina@shop.com은 mina@shop.com으로 mina@shop.com이라고"),
        ("Mail", "Mail을 Mail이 Mail은 Mail로 Mail이라고"),
        ("커피!", "커피!를 커피!가 커피!는 커피!로 커피!라고"),
        ("", "를 가 는 로 라고"),
    ],
)
def test_fits(value: object, said: str) -> None:
    template = with_particles("{it}을(를) {it}이(가) {it}은(는) {it}(으)로 {it}(이)라고", {"it": value})
    assert template.format(it=value) == said


def test_quotes_and_markup_have_no_sound() -> None:
    value = Markup('<time datetime="2027-11-27">2027년 11월 27일</time>')
    assert with_particles("({day})을(를)", {"day": value}) == "({day})을"


def test_what_somebody_typed_is_left_alone() -> None:
    assert with_particles("{it}: {other}을(를)", {"it": "컵을(를)", "other": "컵"}) == "{it}: {other}을"
    assert with_particles("컵(large)", {}) == "컵(large)"


def test_sentences_are_said_with_them() -> None:
    said = {name: phrase("Archive {name}?", name=name).said(KOREAN) for name in ("커피", "쿠폰")}
    assert said == {"커피": "커피를 보관할까요?", "쿠폰": "쿠폰을 보관할까요?"}


@pytest.mark.parametrize("catalogue", ["stampwell", "stamp_page"])
def test_no_pair_is_shown(catalogue: str) -> None:
    folder = Path(locales.__file__).parent
    with (folder / "ko" / "LC_MESSAGES" / f"{catalogue}.po").open("rb") as file:
        messages = [message.string for message in read_po(file, locale="ko") if message.id]
    forms = [form for said in messages for form in ([said] if isinstance(said, str) else said or ())]
    shown = [with_particles(form, dict.fromkeys(re.findall(r"\{(\w+)\}", form), "컵")) for form in forms]
    assert [form for form in shown if _PAIR.search(form)] == []
