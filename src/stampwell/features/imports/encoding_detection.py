"""Which encoding a file has, when nobody says so.

UTF-8 and marked files are certain. Of the encodings of one language a few are tried, and one is taken only if its text is
likely and no other's is: a wrong guess issues garbled names. (docs/decisions/0028-encodings-by-trial.md)
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from stampwell.core.phrases import phrase
from stampwell.features.imports.encodings import JAPANESE, KOREAN, UTF_8, UTF_16_BE, UTF_16_LE, WESTERN
from stampwell.features.imports.tables import LONGEST_LINE, TableWrong

_MARKS = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, UTF_16_LE), (codecs.BOM_UTF16_BE, UTF_16_BE))
UTF_16_MARKS = frozenset({codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE})
_HEAD = 64 * 1024
# Bytes of lines with other characters than those of ASCII; more of them make no guess better.
_SAMPLE = 512 * 1024
# A table in UTF-16 has more, of its separators and line ends.
_FEWEST_ZEROS = 4

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")

# Beyond this share of unlikely characters, or of lines that cannot be read, it is another encoding.
_FEW = 0.05
# Names of people have few signs of the second level of JIS, and other encodings taken for Japanese have many.
_MOSTLY = 0.8

# Letters of the West. Those of Icelandic alone are not among them: Turkish has other letters in their places.
_WESTERN_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüßÿœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ")
_WESTERN_SIGNS = frozenset("’‘“”‚„–—…•€£§°©®™«»¿¡ªº´ ")  # noqa: RUF001 - they are meant
_OPENING, _CLOSING = frozenset("‘“‚„«¿¡"), frozenset("”…»")  # noqa: RUF001
_WITHIN_WORDS = frozenset("’´")  # noqa: RUF001
_LONGEST_WESTERN_RUN = 2


class Detected(NamedTuple):
    """An encoding. sure: whether it is so; otherwise the text has to be looked at by somebody."""

    codec: str
    sure: bool


def detect_encoding(file: BinaryIO) -> Detected:
    """Reads the file as far as it has to. Raises TableWrong for what is no text."""
    head = file.read(_HEAD)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Detected(codec, sure=True)
    if b"\0" in head:
        return Detected(_unmarked_utf16(head), sure=True)
    file.seek(0)
    sample, is_utf8 = _sample(file)
    if is_utf8:
        return Detected(UTF_8, sure=True)
    likely = [codec for codec, test in _TESTS.items() if _is_likely(sample, codec, test)]
    return Detected(likely[0] if likely else WESTERN, sure=len(likely) == 1)


def _unmarked_utf16(head: bytes) -> str:
    """Every character of ASCII has a zero byte on the same side."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    codec = UTF_16_LE if second > first else UTF_16_BE
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        text = "\0"
    zeros = max(first, second)
    if zeros < _FEWEST_ZEROS or zeros < _FEW * len(text) or _CONTROL.search(text):
        raise TableWrong(phrase("This is not a text file. Choose a CSV file."))
    return codec


def _sample(file: BinaryIO) -> tuple[list[bytes], bool]:
    """Lines that are not in ASCII, and whether the file is in UTF-8.

    It is so when most of those lines are: then the others are broken, and no other encoding makes words of the many.
    """
    sample: list[bytes] = []
    size = good = bad = 0
    for line in _lines_beyond_ascii(file):
        if _is_utf8(line):
            good += 1
        else:
            bad += 1
        if size < _SAMPLE:
            sample.append(line)
            size += len(line)
    return sample, good > bad or not bad


def _lines_beyond_ascii(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        if b"\0" in line:
            raise TableWrong(phrase("This is not a text file. Choose a CSV file."))
        if not line.isascii():
            yield line


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_likely(sample: list[bytes], codec: str, test: Callable[[str], bool]) -> bool:
    texts, failed = [], 0
    for line in sample:
        try:
            texts.append(line.decode(codec))
        except UnicodeDecodeError:
            failed += 1
    return failed <= _FEW * len(sample) and test("".join(texts))


def _is_korean(text: str) -> bool:
    """Syllables, half of them at least in use: the standard has 2,350, and Japanese taken for Korean makes of the rest."""
    letters, oddities = _letters_and_oddities(text)
    syllables = {char: count for char, count in letters.items() if "가" <= char <= "힣"}
    in_use = sum(count for char, count in syllables.items() if _is_in_use(char))
    others = letters.total() - sum(syllables.values()) + oddities
    return 0 < letters.total() <= 2 * in_use and others <= _FEW * letters.total()


def _is_japanese(text: str) -> bool:
    """Kana, and signs of everyday among others like them: a single sign may be a quote of the West."""
    letters, oddities = _letters_and_oddities(text)
    kana = sum(count for char, count in letters.items() if "\u3041" <= char <= "\u30ff")
    kanji = {char: count for char, count in letters.items() if "\u4e00" <= char <= "\u9fff"}
    everyday = sum(count for char, count in kanji.items() if _is_everyday_kanji(char))
    others = letters.total() - kana - sum(kanji.values()) + oddities
    return (
        (kana > 0 or everyday > 0)
        and kana + everyday >= _MOSTLY * letters.total()
        and others <= _FEW * letters.total()
        and _in_words(text) >= _MOSTLY * letters.total()
    )


def _in_words(text: str) -> int:
    """How many characters stand beside another one that is not of ASCII."""
    return sum(len(run) for run in _NOT_ASCII.findall(text) if len(run) > 1)


def _is_western(text: str) -> bool:
    """Single letters with accents among letters without."""
    words = runs = unlikely = 0
    for run in _NOT_ASCII.finditer(text):
        before, after = text[max(0, run.start() - 1) : run.start()], text[run.end() : run.end() + 1]
        letters = run[0].strip("".join(_WESTERN_SIGNS))
        runs += 1
        words += bool(letters) or run[0] in _WITHIN_WORDS
        unlikely += not _is_western_run(run[0], letters, before, after)
    return words > 0 and unlikely <= _FEW * runs


def _is_western_run(run: str, letters: str, before: str, after: str) -> bool:
    if not letters:
        opens, closes = run[0] in _OPENING and before.isalpha(), run[-1] in _CLOSING and after.isalpha()
        return run in _WITHIN_WORDS or not (opens or closes or (before.isalpha() and after.isalpha()))
    if letters != run or len(letters) > _LONGEST_WESTERN_RUN:
        return False
    return set(letters) <= _WESTERN_LETTERS and (before.isalpha() or after.isalpha())


def _letters_and_oddities(text: str) -> tuple[Counter[str], int]:
    """The letters beyond ASCII, and how many characters there are that no text of people has."""
    counts = Counter("".join(_NOT_ASCII.findall(text)))
    letters = Counter({char: count for char, count in counts.items() if unicodedata.category(char)[0] == "L"})
    oddities = sum(count for char, count in counts.items() if unicodedata.category(char)[0] == "C")
    return letters, oddities


def _is_in_use(syllable: str) -> bool:
    # One that is not in the standard is made of eight bytes.
    return len(syllable.encode("euc_kr")) == len("가".encode("euc_kr"))


def _is_everyday_kanji(char: str) -> bool:
    try:
        code = char.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return b"\x88\x9f" <= code <= b"\x98\x72"


_TESTS: dict[str, Callable[[str], bool]] = {KOREAN: _is_korean, JAPANESE: _is_japanese, WESTERN: _is_western}
