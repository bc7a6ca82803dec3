"""The words of a stamp, and what a text asks for: pure."""

import pytest

from stampwell.features.stamps.model import Customer
from stampwell.features.stamps.search.terms import exact_of, terms_asked
from stampwell.features.stamps.search.tokens import (
    LONGEST_WORD,
    MOST_TERMS,
    MOST_WORDS,
    ending_word,
    fold,
    terms_of,
    words_of,
)


def _customer(**given: str) -> Customer:
    return Customer(given.get("user_id", ""), given.get("name"), given.get("phone"), given.get("email"))


class TestFolding:
    @pytest.mark.parametrize(
        ("typed", "folded"),
        [
            ("KIM", "kim"),
            ("José", "jose"),
            ("Åsa", "asa"),
            ("Zoë", "zoe"),
            ("Müller", "muller"),
            ("Straße", "strasse"),
            ("Nguyễn", "nguyen"),
            ("İpek", "ipek"),
            ("Ёлка", "елка"),
            ("ΑΘΗΝΆ", "αθηνα"),
            ("O'Brien", "obrien"),
            ("\uff2b\uff29\uff2d", "kim"),
            ("\uff76\uff9e", "\u30ac"),
            ("seat-12", "seat12"),
            ("a\x00b\u200bc", "abc"),
            ("😀", ""),
        ],
    )
    def test_case_width_accents_and_signs_make_no_difference(self, typed: str, folded: str) -> None:
        assert fold(typed) == folded

    @pytest.mark.parametrize("name", ["김민지", "がく", "パク", "สมชาย", "राहुल", "محمد"])
    def test_marks_that_make_other_letters_stay(self, name: str) -> None:
        assert fold(name) == name

    def test_mail_that_are_one_or_put_together_are_alike(self) -> None:
        assert fold("Jose\u0301") == fold("José")
        assert fold("\u1100\u1161") == fold("가")

    def test_it_is_done_after_once(self) -> None:
        for text in ("ǰ", "ΐ", "ŉ", "İ", "\ufb03", "ß\u0301", "ﾊﾟ"):
            assert fold(fold(text)) == fold(text)


class TestWordsOfACustomer:
    def test_are_those_of_the_name_in_whole_and_in_parts(self) -> None:
        assert words_of(_customer(name="Anna-Lena  O'Brien"), None) == ["annalena", "anna", "lena", "obrien", "o", "brien"]

    def test_are_the_user_id_and_the_address_as_one_word_each(self) -> None:
        assert words_of(_customer(user_id="VIP_7", email="A.B@c.example"), None) == ["vip7", "abcexample"]

    def test_are_the_phone_number_and_its_end(self) -> None:
        assert words_of(_customer(phone="010-1234-5678"), "KR") == [
            "01012345678",
            "821012345678",
            "12345678",
            "5678",
        ]

    def test_of_an_address_are_as_people_read_its_domain(self) -> None:
        words = words_of(_customer(email="Kim@xn--bcher-kva.example"), None)
        assert words == words_of(_customer(email="kim@bücher.example"), None) == ["kimbucherexample"]

    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("김민수", ["김민수", "민수"]),
            ("이준", ["이준", "준"]),
            ("남궁민수", ["남궁민수", "민수", "궁민수"]),
            ("선우진", ["선우진", "진", "우진"]),
            ("김 민수", ["김", "민수", "김민수"]),
            ("남궁 민수", ["남궁", "민수", "남궁민수"]),
            ("김민수(단골)", ["김민수단골", "김민수", "단골", "민수"]),
            ("별다방강남역점", ["별다방강남역점"]),
            ("山田太郎", ["山田太郎", "田太郎", "太郎", "郎"]),
            ("佐々木翔", ["佐々木翔", "々木翔", "木翔", "翔"]),
            ("王小明", ["王小明", "小明", "明"]),
            ("山田 太郎", ["山田", "太郎", "山田太郎"]),
            ("やまだたろう", ["やまだたろう", "だたろう", "たろう", "ろう"]),
            ("ﾔﾏﾀﾞﾀﾛｳ", ["ヤマダタロウ", "ダタロウ", "タロウ", "ロウ"]),
            ("Kim Minsu 김민수", ["kim", "minsu", "김민수", "민수"]),
            ("Kim", ["kim"]),
        ],
    )
    def test_are_given_names_without_the_family_name_where_there_is_no_space(self, name: str, given: list[str]) -> None:
        assert words_of(_customer(name=name), None) == given

    def test_have_room_for_the_number_and_the_address_however_long_the_name(self) -> None:
        customer = _customer(user_id="u", name="김가나 김다라 김마바 김사아", phone="0082 10-1234-5678", email="a@b.example")
        words = words_of(customer, "KR")
        assert len(words) == MOST_WORDS
        assert words[-7:] == ["u", "abexample", "00821012345678", "01012345678", "821012345678", "12345678", "5678"]

    def test_are_few_and_short_whatever_is_in_the_fields(self) -> None:
        words = words_of(_customer(user_id="x" * 100, name=" ".join("abcdefghijklm"), email=f"{'y' * 250}@z.example"), None)
        assert len(words) <= MOST_WORDS
        assert max(map(len, words)) == LONGEST_WORD

    def test_are_none_where_nothing_is_known(self) -> None:
        assert words_of(_customer(user_id="-"), None) == []


class TestTerms:
    @pytest.mark.parametrize(
        ("text", "terms"),
        [
            ("Kim", ["kim"]),
            ("min-ji KIM", ["minji", "kim"]),
            ("kim kim", ["kim"]),
            ("010-1234 5678", ["01012345678"]),
            ("12 34", ["1234"]),
            ("kim 5678", ["kim", "5678"]),
            ("kim 010 1234 5678", ["kim", "01012345678"]),
            ("kim 12 34", ["kim", "12", "34"]),
            ("a.b@c.example", ["abcexample"]),
            ("!!!", []),
            ("", []),
        ],
    )
    def test_are_the_words_of_the_text_and_numbers_in_one_piece(self, text: str, terms: list[str]) -> None:
        assert terms_of(text) == terms

    def test_are_few_and_short(self) -> None:
        terms = terms_of(" ".join(letter * 300 for letter in "abcdefgh"))
        assert terms == [letter * LONGEST_WORD for letter in "abcde"]
        assert len(terms) == MOST_TERMS

    def test_of_a_phone_number_are_all_its_spellings(self) -> None:
        assert terms_asked("010-1234-5678", "KR") == [("01012345678", "821012345678")]
        assert terms_asked("Kim 5678", "KR") == [("kim",), ("5678",)]
        assert terms_asked("tel:010-1234-5678;ext=3", "KR") == [("01012345678", "821012345678")]
        assert terms_asked("+82 90-1234-5678", "JP") == [("829012345678",)]
        assert terms_asked("...", "KR") == []

    def test_of_an_address_are_as_people_read_its_domain(self) -> None:
        assert terms_asked("Kim@xn--bcher", "KR") == terms_asked("kim@xn--bcher", None)
        assert terms_asked("kim@xn--bcher-kva.example", "KR") == [("kimbucherexample",)]


class TestToTheLetter:
    def test_a_text_may_be_several_things(self) -> None:
        exact = exact_of("1347", "KR")
        assert (exact.number, exact.user_id, exact.emails, exact.phones) == (1347, "1347", (), ("1347",))

    def test_mail_may_be_meant_as_digits_and_are_words_all_the_same(self) -> None:
        assert "18003569377" in exact_of("1-800-FLOWERS", "US").phones
        assert terms_asked("1-800-FLOWERS", "US") == [("1800flowers",)]
        assert terms_asked("5678 kim", "KR") == [("5678",), ("kim",)]

    def test_what_cannot_be_in_a_field_is_not_looked_for_there(self) -> None:
        assert exact_of("a\x00b@c", None) == (None, "", (), (), "")
        assert exact_of("9" * 19, None).number is None
        assert exact_of("x" * 101, None).user_id == ""

    def test_a_number_in_full_width_is_the_same_number(self) -> None:
        assert exact_of("\uff11\uff12", None).number == 12


class TestTheEndOfACode:
    @pytest.mark.parametrize("typed", ["OK07", "ok07", "…OK07", " ok07 ", "…-OK07", "\uff2f\uff2b\uff10\uff17"])
    def test_may_be_typed_with_signs_and_in_any_case(self, typed: str) -> None:
        assert exact_of(typed, None).ending == "OK07"

    @pytest.mark.parametrize(("typed", "ending"), [("7BOK07", "7BOK07"), ("AB7B-OK07", "AB7BOK07"), ("1" * 15, "1" * 15)])
    def test_may_be_more_of_it(self, typed: str, ending: str) -> None:
        assert exact_of(typed, None).ending == ending

    @pytest.mark.parametrize("typed", ["OK0", "1" * 16, "OK 07", "김민수네", "a@b.example", ""])
    def test_is_no_other_text(self, typed: str) -> None:
        assert exact_of(typed, None).ending == ""

    def test_is_a_word_that_nobody_types(self) -> None:
        assert ending_word("ABCDEFGH12345678") == "-5678"
        assert fold("-5678") == "5678"
