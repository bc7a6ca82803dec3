"""Numbers in what a card says that are not its goal: "Ten coffees" on a card of 8. Pure; for a quiet remark."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.features.cards.model import Card

_MOST = 100
# A reward may well be two or three of something.
_LEAST_OF_TITLE, _LEAST_OF_REWARD = 2, 4

_ENGLISH = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20,
}  # fmt: skip
_ENGLISH_ORDINALS = {
    "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11,
    "twelfth": 12,
}  # fmt: skip
_KOREAN = {
    "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
    "열한": 11, "열두": 12, "열다섯": 15, "스무": 20,
}  # fmt: skip
_JAPANESE = {
    "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
    "十一": 11, "十二": 12, "十五": 15, "二十": 20,
}  # fmt: skip


def _one_of(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# No prices, percentages, measures, dates, times or sums: they count no visits.
_DIGITS = re.compile(
    r"(?<![\dA-Za-z.,:/$€£¥₩#%*-])(?P<number>\d{1,3})(?![\d:/%*;]|[.,]\d|\s*(?:[€£¥円원月월日일時시]|(?:ml|cl|g|kg|cm|am|pm)\b))"
    r"\s?(?P<nth>st\b|nd\b|rd\b|th\b|번째|[^\s\d]?目)?"
)
_WORDS = re.compile(
    rf"\b(?P<en>{_one_of(_ENGLISH)})\b|\b(?P<nth>{_one_of(_ENGLISH_ORDINALS)})\b"
    rf"|(?<![가-힣])(?P<ko>{_one_of(_KOREAN)})\s?(?:번(?P<ko_nth>째)?|잔|개|회|장|그릇|판|병|끼|명|컵|조각)"
    rf"|(?<![一-九十百])(?P<ja>{_one_of(_JAPANESE)})(?:杯|回|個|枚|本|つ|皿|食|人|品|度)(?P<ja_nth>目)?"
)


class _Named(NamedTuple):
    """A number in a text; nth: as in "the 10th"."""

    number: int
    nth: bool


def number_remarks(card: Card) -> list[Phrase]:
    """A sentence for each text that names a number which is neither the goal nor a reward's on the way.

    A text with the right number in it is right: "Buy 9, the 10th is free". So is the one after the goal as in "the 10th".
    """
    texts = (
        (
            card.title or card.name,
            _LEAST_OF_TITLE,
            counted(
                "goal",
                "The title says {number}, but the card takes {goal} stamp.",
                "The title says {number}, but the card takes {goal} stamps.",
            ),
        ),
        (
            card.reward_title,
            _LEAST_OF_REWARD,
            counted(
                "goal",
                "The reward says {number}, but the card takes {goal} stamp.",
                "The reward says {number}, but the card takes {goal} stamps.",
            ),
        ),
    )
    return [
        phrase(said, number=number, goal=card.max_stamps)
        for text, least, said in texts
        for number in _other_numbers(text, card, least)[:1]
    ]


def _other_numbers(text: str, card: Card, least: int) -> list[int]:
    named = list(_numbers(unicodedata.normalize("NFKC", text).lower()))
    on_the_way = {reward.stamps for reward in card.rewards}
    fits = any(
        one.number == card.max_stamps or one.number in on_the_way or (one.nth and one.number == card.max_stamps + 1)
        for one in named
    )
    return [] if fits else [one.number for one in named if least <= one.number <= _MOST]


def _numbers(text: str) -> Iterator[_Named]:
    """Those that count something, in digits or in words of English, Korean or Japanese. text: in small letters."""
    for found in _DIGITS.finditer(text):
        yield _Named(int(found["number"]), nth=bool(found["nth"]))
    for found in _WORDS.finditer(text):
        if found["en"]:
            yield _Named(_ENGLISH[found["en"]], nth=False)
        elif found["nth"]:
            yield _Named(_ENGLISH_ORDINALS[found["nth"]], nth=True)
        elif found["ko"]:
            yield _Named(_KOREAN[found["ko"]], nth=bool(found["ko_nth"]))
        else:
            yield _Named(_JAPANESE[found["ja"]], nth=bool(found["ja_nth"]))
