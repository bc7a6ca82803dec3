"""Looks whether a domain is proved, by its DNS record or by a file on it. Knows no database."""

from collections.abc import Sequence
from typing import NamedTuple

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from stampwell.core.phrases import Phrase, phrase
from stampwell.features.domains.model import Domain, Outcome
from stampwell.features.domains.proof_file import FileReader

_PATIENCE_S = 5.0
_LONGEST_SHOWN = 120


class NameServer(NamedTuple):
    """Where DNS is asked."""

    address: str
    port: int


class DomainChecker:
    """Asks the DNS first and reads the file only when that proves nothing. `name_servers`: none for the system's own.

    Each of the two takes five seconds at most.
    """

    def __init__(self, *, name_servers: Sequence[NameServer] = (), files: FileReader) -> None:
        self._name_servers = name_servers
        self._files = files

    async def check(self, domain: Domain) -> Outcome:
        """What was found; never raises for what others answer."""
        in_dns = await self._look_into_dns(domain)
        if in_dns is None:
            return Outcome("dns")
        in_file = await self._files.look(domain, self._addresses_of)
        if in_file is None:
            return Outcome("file")
        return Outcome(None, (in_dns, in_file))

    async def _look_into_dns(self, domain: Domain) -> Phrase | None:
        """None when the record is right, else what is wrong with it."""
        name, text = domain.record_name, domain.record_text
        try:
            resolver = self._resolver()
            answer = await resolver.resolve(_absolute(name), dns.rdatatype.TXT, search=False, lifetime=_PATIENCE_S)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return phrase(
                "There is no TXT record at {name} yet. Add one that says {text}. "
                "It can take an hour until it is seen everywhere.",
                name=name,
                text=text,
            )
        except dns.resolver.LifetimeTimeout:
            return phrase(
                "No name server answered within {seconds} seconds when asked for the TXT record at {name}. "
                "See whether the domain's name servers work, then check again.",
                name=name,
                seconds=int(_PATIENCE_S),
            )
        except dns.exception.DNSException:
            return phrase(
                "The name servers answered with an error when asked for the TXT record at {name}. "
                "See whether the domain's name servers work, then check again.",
                name=name,
            )
        found = [b"".join(record.strings).decode("utf-8", "backslashreplace") for record in answer]
        if text in (said.strip() for said in found):
            return None
        return phrase(
            "The TXT record at {name} says {found}, but it has to say {text}. Correct it, or add a second one.",
            name=name,
            found=_shown(", ".join(found)),
            text=text,
        )

    async def _addresses_of(self, host: str) -> list[str]:
        """The addresses of the host by DNS alone, IPv4 first; none for a name without any. Raises DNSException."""
        try:
            answers = await self._resolver().resolve_name(_absolute(host), search=False, lifetime=_PATIENCE_S)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        return sorted(answers.addresses(), key=lambda address: ":" in address)

    def _resolver(self) -> dns.asyncresolver.Resolver:
        """Made anew each time, because the system's own servers may have changed."""
        resolver = dns.asyncresolver.Resolver(configure=not self._name_servers)
        if self._name_servers:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(*server) for server in self._name_servers]
        return resolver


def _absolute(name: str) -> dns.name.Name:
    return dns.name.from_text(name)


def _shown(text: str) -> str:
    """Fit for a sentence: what others wrote may be long, or no text at all."""
    printable = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return printable if len(printable) <= _LONGEST_SHOWN else f"{printable[:_LONGEST_SHOWN]}…"
