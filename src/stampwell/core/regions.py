"""Countries: whose time zone one is, and which of them phone numbers can be read for."""

from functools import lru_cache
from importlib.resources import files

import phonenumbers

# Old names that the zone data makes links to another country's zone, because the clocks there agree. They are the country's
# all the same.
_OVER_THE_BORDER = {
    "Africa/Asmera": "ER",
    "Africa/Timbuktu": "ML",
    "America/Coral_Harbour": "CA",
    "America/Virgin": "VI",
    "Antarctica/South_Pole": "AQ",
    "Atlantic/Jan_Mayen": "SJ",
    "Iceland": "IS",
    "Pacific/Johnston": "UM",
    "Pacific/Ponape": "FM",
    "Pacific/Truk": "FM",
    "Pacific/Yap": "FM",
}
# Links too, but names of a time that many countries keep.
_OF_NO_COUNTRY = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})


# They have numbers of their own, but no code of ISO 3166 that is official.
_NOT_IN_THE_TABLE = {"AC": "Ascension Island", "TA": "Tristan da Cunha", "XK": "Kosovo"}


@lru_cache(maxsize=1024)
def region_of(time_zone: str) -> str | None:
    """The ISO 3166 code of the country whose time zone that is; None for a zone of no country, such as UTC."""
    regions, links = _zones()
    # A link may lead to a link.
    name: str | None = time_zone
    while name is not None and name not in regions:
        name = links.get(name)
    return None if name is None else regions[name]


def region_for(country_code: str, time_zone: str) -> str | None:
    """Where phone numbers without a country code belong: in that country, or with a blank one in the time zone's."""
    region = country_code or region_of(time_zone)
    return region if region is not None and is_region(region) else None


def is_region(code: str) -> bool:
    """Whether that is the ISO 3166 code, in capitals, of a country whose phone numbers are known."""
    return code in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """English names of the countries whose phone numbers are known, in their order, by ISO 3166 code."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    names = {row[0]: row[1] for row in rows}
    known = {code: names.get(code) or _NOT_IN_THE_TABLE.get(code, code) for code in phonenumbers.SUPPORTED_REGIONS}
    return dict(sorted(known.items(), key=lambda item: item[1]))


@lru_cache(maxsize=1)
def _zones() -> tuple[dict[str, str], dict[str, str]]:
    """The country of each zone, and for each other name the one it stands for."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    regions = {row[2]: row[0] for row in rows} | _OVER_THE_BORDER
    rules = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8")
    lines = (line.split() for line in rules.splitlines() if line.startswith("L "))
    return regions, {line[2]: line[1] for line in lines if line[2] not in _OF_NO_COUNTRY}
