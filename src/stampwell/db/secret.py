"""Secrets of this database, shared by every process on it; the migrations draw them."""

from stampwell.db.database import Tx

_FIND = "SELECT value FROM secret WHERE name = :name"


def cursor_secret(tx: Tx) -> str:
    """What cursors are signed with: hexadecimal."""
    return str(tx.one(_FIND, name="cursor")["value"])


def page_secret(tx: Tx) -> str:
    """What cookies and forms of the customer's page are signed with: hexadecimal."""
    return str(tx.one(_FIND, name="stamp_page")["value"])


def browser_secret(tx: Tx) -> str:
    """What cookies of browsers that are known are signed with: hexadecimal."""
    return str(tx.one(_FIND, name="known_browser")["value"])
