"""Why nothing was answered, in the reader's language: the log of attempts has the reason in English."""

import re
from collections.abc import Iterator

from stampwell.core.phrases import Phrase

# As outbound/client.py and outbound/connecting.py say it.
_REASONS = (
    "The URL {problem}.",
    "{host} did not answer within {seconds} seconds.",
    "What answers at {host} is not a web server.",
    "{host} closed the connection before its answer was complete.",
    "The answer of {host} is not valid HTTP.",
    "The answer of {host} has too many or too long headers.",
    "{host} could not be reached: {cause}.",
    "The address of {host} could not be looked up.",
    "{host} was not found: no address is known for that name.",
    "{host} may be reached by https only. Change the URL to https://.",
    "{host} leads to an address that is not public. This server reaches one only if its operator lists it.",
    "The certificate of {host} is not valid: {cause}.",
    "No TLS connection to {host} could be made ({cause}).",
    "No connection to {host} could be made within {seconds} seconds.",
)
# Hosts have no blanks, so that each reason fits one template alone.
_VALUES = {"host": r"\S+", "seconds": r"[0-9.]+"}


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for template in _REASONS:
        pattern = re.sub(r"\\\{(\w+)\\\}", lambda name: rf"(?P<{name[1]}>{_VALUES.get(name[1], '.+')})", re.escape(template))
        yield template, re.compile(pattern)


_PATTERNS = tuple(_patterns())


def reason_in_words(text: str) -> Phrase:
    """The reason as a sentence that can be translated; one that is not known as it is."""
    for template, pattern in _PATTERNS:
        if (found := pattern.fullmatch(text)) is not None:
            return Phrase(template, found.groupdict())
    return Phrase("{text}", {"text": text})
