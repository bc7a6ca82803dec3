"""Korean particles: a translation writes `{name}을(를)`, and the value decides which of the two fits."""

import re
from collections.abc import Mapping

_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS = "가", "힣", 28
_FINAL_L = 8

# After a final consonant, and after a vowel.
_PAIRS = {
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "(이)라고": ("이라고", "라고"),
    "(으)로": ("으로", "로"),
}
_PLACE = re.compile(r"\{(?P<name>\w+)\}(?P<between>[^\w\s{}(]*)(?P<pair>" + "|".join(map(re.escape, _PAIRS)) + ")")
_TAG = re.compile(r"<[^<>]*>")
_NO_SOUND = re.compile(r"[\W_]+$")

# Numbers are read to their end: 0 stands for ten, hundred or thousand there, which all have a final consonant.
_DIGITS_WITH_FINAL = "013678"
_DIGITS_WITH_L = "178"
_LATIN_WITH_FINAL = re.compile(r"(?:[lmn]|ng|[aeiou][bckpt])$", re.IGNORECASE)


def with_particles(template: str, values: Mapping[str, object]) -> str:
    """The template with the particle that fits each value; as it is where it has no pair."""
    if "(" not in template:
        return template
    return _PLACE.sub(lambda place: _fitting(place, values), template)


def _fitting(place: re.Match[str], values: Mapping[str, object]) -> str:
    name, between, pair = place["name"], place["between"], place["pair"]
    text = _NO_SOUND.sub("", _TAG.sub("", str(values[name])))
    after_final, after_vowel = _PAIRS[pair]
    # ㄹ takes 로, as a vowel does.
    takes_first = _has_final(text) and not (pair == "(으)로" and _ends_in_l(text))
    return f"{{{name}}}{between}{after_final if takes_first else after_vowel}"


def _has_final(text: str) -> bool:
    last = text[-1:]
    if _FIRST_SYLLABLE <= last <= _LAST_SYLLABLE:
        return _final_of(last) != 0
    return last in _DIGITS_WITH_FINAL if last.isdecimal() else _LATIN_WITH_FINAL.search(text) is not None


def _ends_in_l(text: str) -> bool:
    last = text[-1:]
    if _FIRST_SYLLABLE <= last <= _LAST_SYLLABLE:
        return _final_of(last) == _FINAL_L
    return last in _DIGITS_WITH_L or last in "lL"


def _final_of(syllable: str) -> int:
    return (ord(syllable) - ord(_FIRST_SYLLABLE)) % _FINALS
