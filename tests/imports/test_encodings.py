"""Which encoding a file has: right, or nobody has to believe it."""

import random
from collections.abc import Sequence
from io import BytesIO

import pytest

from stampwell.features.imports.encoding_detection import Detected, detect_encoding
from stampwell.features.imports.encodings import ENCODINGS, find_encoding
from stampwell.features.imports.tables import TableWrong

_KOREAN = (
    *("김민수", "이수영", "박지성", "최하늘", "정유진", "강민호", "조은비", "윤서연", "장동건", "임꺽정", "홍길똠", "한예슬"),
    *("남궁민", "선우은숙", "제갈공명", "뷁", "쌍용"),
)
_JAPANESE = (
    *("山田太郎", "鈴木花子", "佐藤健", "高橋メアリージュン", "田中ひろし", "渡辺直美", "伊藤さくら", "中村獅童", "小林製薬"),
    *("ヤマダタロウ", "齋藤", "髙橋"),
)
_WESTERN = (
    *("José", "Müller", "Renée", "François", "Muñoz", "Jürgen", "Zoë", "Noël", "Søren", "Åse", "Ærøskøbing", "Œuvre", "Çelik"),
    *("Straße", "O’Brien", "Peña", "Ångström"),  # noqa: RUF001
)
_NAMES = {"cp949": _KOREAN, "cp932": _JAPANESE, "cp1252": _WESTERN}
_HEADERS = ("name,phone,memo", "이름,전화번호,메모", "氏名,電話番号,メモ", "Prénom,Téléphone,Note")


def _detect(content: bytes) -> Detected:
    return detect_encoding(BytesIO(content))


def _file(names: Sequence[str], codec: str, header: str = "name,phone,memo") -> bytes:
    rows = [f"{name},010-1234-567{number % 10},x" for number, name in enumerate(names)]
    return "\r\n".join([header, *rows]).encode(codec)


@pytest.mark.parametrize("codec", _NAMES)
def test_a_list_of_names_is_read_in_its_encoding(codec: str) -> None:
    assert _detect(_file(_NAMES[codec], codec)) == Detected(codec, sure=True)


@pytest.mark.parametrize("codec", _NAMES)
def test_a_guess_is_right_or_is_said_to_be_none(codec: str) -> None:
    """However few the names are."""
    chance = random.Random(codec)
    found = []
    for size in (1, 2, 3, 5) * 100:
        names = chance.sample(_NAMES[codec], size)
        content = _file(names, codec)
        if content.isascii():
            continue
        detected = _detect(content)
        assert detected.codec == codec or not detected.sure, (names, detected)
        found.append(detected.sure)
    assert sum(found) / len(found) > 0.8


@pytest.mark.parametrize(("header", "codec"), list(zip(_HEADERS, ("cp1252", "cp949", "cp932", "cp1252"), strict=True)))
def test_one_name_under_a_header_of_its_language(header: str, codec: str) -> None:
    names = {"cp949": "김하늘", "cp932": "山田太郎", "cp1252": "Villaseñor"}
    assert _detect(_file([names[codec]], codec, header)) == Detected(codec, sure=True)


@pytest.mark.parametrize("codec", ["cp1250", "cp1251", "euc_jp", "gb18030"])
def test_encodings_that_are_not_tried_are_not_taken_for_others(codec: str) -> None:
    names = {
        "cp1250": ["Łukasz", "Wiśniewski", "Małgorzata", "Dvořák", "Žižka"],
        "cp1251": ["Иван", "Мария", "Дмитрий", "Ольга"],
        "euc_jp": ["鈴木一郎", "中居正広", "木村拓哉"],
        "gb18030": ["王小明", "李华", "张伟"],
    }
    detected = _detect(_file(names[codec], codec))
    assert not detected.sure, detected


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("names", [_KOREAN, _JAPANESE, _WESTERN, ["Kim", "Lee"]])
def test_unicode_is_certain_marked_or_not(codec: str, names: Sequence[str]) -> None:
    expected = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)
    assert _detect(_file(names, codec)) == Detected(expected, sure=True)


def test_a_line_that_is_broken_does_not_change_the_encoding_of_the_others() -> None:
    content = _file(_KOREAN, "utf-8") + b"\r\n\xb1\xe8,1,x"
    assert _detect(content) == Detected("utf-8", sure=True)


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02", b"name\n\0", b"name\nKim\n" + b"x" * 70_000 + b"\0", bytes(range(256)) * 4]
)
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(TableWrong, match="This is not a text file"):
        _detect(content)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF8", "utf-8"),
        ("euc-kr", "cp949"),
        ("KS_C_5601-1987", "cp949"),
        ("Shift_JIS", "cp932"),
        ("windows-31j", "cp932"),
        ("latin1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-16-le"),
        ("GBK", "gb18030"),
        ("big5", "cp950"),
        ("cp437", None),
        ("rot13", None),
        ("nonsense", None),
        ("a\0b", None),
    ],
)
def test_names_of_encodings(name: str, codec: str | None) -> None:
    assert find_encoding(name) == codec


def test_every_encoding_is_found_by_its_own_name() -> None:
    assert [find_encoding(codec) for codec in ENCODINGS] == list(ENCODINGS)
