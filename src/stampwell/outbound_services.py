"""What reaches out of this server, as its settings say: to webhooks, to domains and their name servers, to a mail server."""

from functools import partial

from stampwell.features.domains.checking import DomainChecker
from stampwell.features.domains.proof_file import FileReader
from stampwell.features.webhooks.rules import UrlRule
from stampwell.mail.mailer import Mailer
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.reach import Reach
from stampwell.outbound.urls import endpoint_url_error
from stampwell.settings import Settings


def domain_checker(settings: Settings) -> DomainChecker:
    """What looks for the proofs of custom domains, as the settings say."""
    return DomainChecker(name_servers=settings.dns_servers, files=FileReader(allow_private=settings.private_domains == "yes"))


def make_mailer(settings: Settings) -> Mailer | None:
    """What sends e-mail, if the settings name a server."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return Mailer(settings.smtp_url, sender=settings.mail_from)


def webhook_reach(settings: Settings) -> Reach:
    """Where webhooks may lead."""
    return Reach(settings.webhook_allow)


def webhook_client(settings: Settings) -> OutboundClient:
    """What delivers webhooks, for one event loop. Close it."""
    return OutboundClient(webhook_reach(settings))


def webhook_url_rule(settings: Settings) -> UrlRule:
    """What the address of a webhook must be."""
    return partial(endpoint_url_error, reach=webhook_reach(settings))
