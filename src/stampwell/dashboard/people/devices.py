"""A browser in words, as far as its User-Agent gives it away: for people to recognise their own by."""

from stampwell.core.phrases import Phrase, phrase

# The first that is named counts: most browsers claim to be those further down as well.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Whale/": "Whale",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def device_in_words(user_agent: str) -> Phrase:
    """Such as "Firefox on Windows"."""
    browser, system = _named(_BROWSERS, user_agent), _named(_SYSTEMS, user_agent)
    if browser and system:
        return phrase("{browser} on {system}", browser=browser, system=system)
    if browser or system:
        return Phrase("{device}", {"device": browser or system})
    return phrase("An unknown device")


def _named(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")
