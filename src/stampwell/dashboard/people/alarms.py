"""E-mails to the owners of a shop about something that cannot wait until they look at Home."""

import structlog

from stampwell.core.errors import DatabaseUnavailable
from stampwell.dashboard.people import email_texts
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.cards.service import get_card
from stampwell.features.people.model import Role
from stampwell.features.people.service import list_people
from stampwell.locales.languages import Languages
from stampwell.mail.mailer import Mailer

_log = structlog.get_logger("stampwell.dashboard")


class OwnerAlarms:
    """mailer: None when e-mails cannot be sent. dashboard_url: an origin, or blank."""

    def __init__(self, db: Database, *, mailer: Mailer | None, languages: Languages, dashboard_url: str) -> None:
        self._db = db
        self._mailer = mailer
        self._languages = languages
        self._dashboard_url = dashboard_url

    def many_wrong(self, account_id: int, card_id: int) -> None:
        """There were many wrong passwords and PINs on the card today."""
        if self._mailer is not None:
            self._mailer.soon(self._write(self._mailer, account_id, card_id))

    async def _write(self, mailer: Mailer, account_id: int, card_id: int) -> None:
        def unit(tx: Tx) -> tuple[Account, str, list[str]]:
            owners = [person.email for person in list_people(tx, account_id) if person.role is Role.OWNER]
            return get_account(tx, account_id), get_card(tx, account_id, card_id).name, owners

        try:
            account, card, owners = await self._db.read(unit)
        except DatabaseUnavailable as error:
            _log.warning("email not written", cause=error.cause)
            return
        language = self._languages(account.language.encode() or None)
        link = f"{self._dashboard_url}/dashboard/cards/{card_id}/edit"
        for email in owners:
            await mailer.send(email_texts.many_wrong(language, to=email, shop=account.name, card=card, link=link))
