"""Refusals of the API in a few words each, for people who do not know its codes."""

from collections.abc import Mapping
from types import MappingProxyType

from stampwell.core.phrases import Phrase, counted, phrase

TOO_SOON = 40910
_MOST_REASONS = 4

_WORDS: Mapping[int, Phrase] = MappingProxyType(
    {
        40001: phrase("unreadable request"),
        40002: phrase("wrong or missing field"),
        40101: phrase("no API key"),
        40102: phrase("unknown or expired API key"),
        40301: phrase("not in your plan"),
        40302: phrase("custom domains not in your plan"),
        40303: phrase("account suspended"),
        40304: phrase("API key not allowed to do that"),
        40305: phrase("wrong staff password"),
        40401: phrase("no such address"),
        40402: phrase("no such card design"),
        40403: phrase("no such card"),
        40404: phrase("no such domain"),
        40405: phrase("no such sale"),
        40406: phrase("no such location"),
        40407: phrase("no such webhook"),
        40408: phrase("no such customer"),
        40501: phrase("wrong method"),
        40901: phrase("card switched off"),
        40902: phrase("card not valid yet"),
        40903: phrase("card expired"),
        40904: phrase("card already redeemed"),
        40905: phrase("no room on the card"),
        40906: phrase("fewer stamps than that on the card"),
        40907: phrase("card not full yet"),
        40908: phrase("same request still running"),
        40909: phrase("card design switched off"),
        TOO_SOON: phrase("too soon, or daily limit reached"),
        40911: phrase("sale was refunded"),
        40912: phrase("reward already redeemed"),
        40913: phrase("card not valid at that location"),
        40914: phrase("cards can't be merged"),
        40915: phrase("card was merged"),
        41201: phrase("someone else saved first"),
        41301: phrase("request too large"),
        41501: phrase("not JSON"),
        42201: phrase("key of an earlier request used again"),
        42901: phrase("too many requests"),
        42902: phrase("locked after wrong passwords"),
        50001: phrase("error of the server"),
        50301: phrase("server busy"),
    }
)


def refused_in_words(by_code: Mapping[int, int], *, complete: bool) -> Phrase:
    """How many requests were refused in the last 24 hours, and why, the commonest reason first. complete: whether all count."""
    number = sum(by_code.values())
    shown = f"{number:,}" if complete else f"{number:,}+"
    if set(by_code) == {TOO_SOON}:
        too_soon = counted(
            "number",
            "{shown} stamp refused in the last 24 hours: too soon, or daily limit reached",
            "{shown} stamps refused in the last 24 hours: too soon, or daily limit reached",
        )
        return phrase(too_soon, number=number, shown=shown)
    refused = counted(
        "number",
        "{shown} API request refused in the last 24 hours: {reasons}",
        "{shown} API requests refused in the last 24 hours: {reasons}",
    )
    return phrase(refused, number=number, shown=shown, reasons=_reasons(by_code))


def _reasons(by_code: Mapping[int, int]) -> Phrase:
    commonest = sorted(by_code.items(), key=lambda item: (-item[1], item[0]))
    named = commonest[:_MOST_REASONS]
    if len(commonest) == 1:
        return _word(commonest[0][0])
    parts = [phrase("{reason} ({times})", reason=_word(code), times=f"{times:,}") for code, times in named]
    rest = sum(times for _, times in commonest[_MOST_REASONS:])
    if rest:
        parts.append(phrase("other reasons ({times})", times=f"{rest:,}"))
    joined = parts[0]
    for part in parts[1:]:
        joined = phrase("{first}, {then}", first=joined, then=part)
    return joined


def _word(code: int) -> Phrase:
    return _WORDS.get(code) or phrase("code {code}", code=str(code))
