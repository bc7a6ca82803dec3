"""Whether requests come through a reverse proxy that the operator has not named: then all its clients count as one."""

from collections.abc import Mapping

import structlog
from starlette.types import Scope

from stampwell.core.ip_addresses import is_public, readable_address

_LONGEST_LIST = 2000


class ProxyWatch:
    """Looks at every request for a page. `unnamed` is the address of such a proxy, blank as long as none was seen."""

    def __init__(self) -> None:
        self.unnamed = ""
        self._log = structlog.get_logger("stampwell.proxies")

    def look(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Says so in the log, once.

        The server takes the client's address out of the header where it knows the proxy. A proxy stands on this machine or in
        its network; what a stranger on the internet writes into the header says nothing.
        """
        forwarded = headers.get(b"x-forwarded-for")
        if forwarded is None or self.unnamed:
            return
        host: str = (scope.get("client") or ("",))[0]
        address = readable_address(host)
        named = {part.strip() for part in forwarded[:_LONGEST_LIST].decode("latin-1").split(",")}
        if not address or is_public(address) or host in named:
            return
        self.unnamed = address
        self._log.warning(
            "a proxy that STAMPWELL_TRUSTED_PROXIES does not name: all its clients count as one, in limits and locks",
            proxy=address,
        )
