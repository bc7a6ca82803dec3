"""E-mails to the owners of a shop about something that cannot wait until they look at Home."""

from collections.abc import Callable

import structlog

from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.phrases import Language
from stampwell.dashboard.people import email_texts
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.cards.service import get_card
from stampwell.features.people.model import Role
from stampwell.features.people.service import list_people
from stampwell.features.webhooks.model import Webhook
from stampwell.locales.languages import Languages
from stampwell.mail.mailer import Email, Mailer

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

        def email(tx: Tx, account: Account) -> Callable[[Language, str], Email]:
            card = get_card(tx, account_id, card_id).name
            link = f"{self._dashboard_url}/dashboard/cards/{card_id}/edit"
            return lambda language, to: email_texts.many_wrong(language, to=to, shop=account.name, card=card, link=link)

        self._soon(account_id, email)

    def webhook_trouble(self, webhook: Webhook) -> None:
        """The webhook has not been answered for a long time, or was switched off."""

        def email(_tx: Tx, account: Account) -> Callable[[Language, str], Email]:
            link = f"{self._dashboard_url}/dashboard/webhooks/{webhook.webhook_id}"
            write = email_texts.webhook_failing if webhook.active else email_texts.webhook_disabled
            return lambda language, to: write(language, to=to, shop=account.name, url=webhook.url, link=link)

        self._soon(webhook.account_id, email)

    def _soon(self, account_id: int, email: Callable[[Tx, Account], Callable[[Language, str], Email]]) -> None:
        if self._mailer is not None:
            self._mailer.soon(self._write(self._mailer, account_id, email))

    async def _write(
        self, mailer: Mailer, account_id: int, email: Callable[[Tx, Account], Callable[[Language, str], Email]]
    ) -> None:
        def unit(tx: Tx) -> tuple[Account, Callable[[Language, str], Email], list[str]]:
            owners = [person.email for person in list_people(tx, account_id) if person.role is Role.OWNER]
            account = get_account(tx, account_id)
            return account, email(tx, account), owners

        try:
            account, write, owners = await self._db.read(unit)
        except DatabaseUnavailable as error:
            _log.warning("email not written", cause=error.cause)
            return
        language = self._languages(account.language.encode() or None)
        for owner in owners:
            await mailer.send(write(language, owner))
