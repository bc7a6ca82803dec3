"""The pages of the dashboard that somebody may look for by name."""

from collections.abc import Iterator
from typing import NamedTuple

from stampwell.core.phrases import Phrase, Translate, english, phrase
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.stamps.search.tokens import fold


class IndexedPage(NamedTuple):
    """A page, by what it is called in the dashboard. other: what else it is looked for by."""

    path: str
    permission: Permission
    title: Phrase
    other: Phrase | None = None


_PAGES = (
    IndexedPage("/dashboard", Permission.VIEW, phrase("Home")),
    IndexedPage("/dashboard/cards", Permission.VIEW, phrase("Stamp Card"), phrase("card design, reward")),
    IndexedPage("/dashboard/stamps", Permission.VIEW, phrase("Customer cards"), phrase("customers, list")),
    IndexedPage("/dashboard/stamps/new", Permission.ISSUE, phrase("Issue a card"), phrase("new customer")),
    IndexedPage("/dashboard/imports", Permission.STAMPS, phrase("Imports"), phrase("upload, Excel, CSV")),
    IndexedPage("/dashboard/stamps/export", Permission.STAMPS, phrase("Export cards"), phrase("download, Excel, CSV")),
    IndexedPage("/dashboard/stamps/bulk", Permission.STAMPS, phrase("Bulk actions"), phrase("extend many, switch off many")),
    IndexedPage("/dashboard/stamps/refund", Permission.STAMPS, phrase("Refund a sale"), phrase("reverse, return")),
    IndexedPage("/dashboard/locations", Permission.CARDS, phrase("Locations"), phrase("branches, counters")),
    IndexedPage("/dashboard/domains", Permission.DOMAINS, phrase("Link Domain Management"), phrase("links, web address")),
    IndexedPage("/dashboard/developer", Permission.KEYS, phrase("Developer API"), phrase("API keys")),
    IndexedPage("/dashboard/developer/requests", Permission.KEYS, phrase("API requests"), phrase("log")),
    IndexedPage("/dashboard/webhooks", Permission.KEYS, phrase("Webhooks"), phrase("events")),
    IndexedPage("/dashboard/account", Permission.AUDIT, phrase("Account"), phrase("settings, logo, language, time zone")),
    IndexedPage("/dashboard/people", Permission.PEOPLE, phrase("Team"), phrase("people, invite, staff")),
    IndexedPage("/dashboard/account/audit", Permission.AUDIT, phrase("Audit log"), phrase("who changed what")),
    IndexedPage("/dashboard/profile", Permission.OWN, phrase("Your profile"), phrase("password, e-mail address")),
)


def pages_named(text: str, viewer: Viewer, translate: Translate) -> Iterator[IndexedPage]:
    """Pages of the person a word of whose name begins so, in their language or in English."""
    wanted = fold(text)
    return (page for page in _PAGES if wanted and viewer.may(page.permission) and _is_named(page, wanted, translate))


def _is_named(page: IndexedPage, wanted: str, translate: Translate) -> bool:
    names = [name.said(say) for name in (page.title, page.other) if name is not None for say in (translate, english)]
    return any(fold(name).startswith(wanted) or any(fold(word).startswith(wanted) for word in name.split()) for name in names)
