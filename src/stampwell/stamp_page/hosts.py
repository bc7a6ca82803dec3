"""On which hosts a stamp is shown: on that of its link, and on the operator's own."""

import ipaddress

from stampwell.db.database import Tx
from stampwell.features.domains.service import accounts_of_host
from stampwell.features.stamps.model import Stamp
from stampwell.stamp_page.deps import StampPageDeps, host_of

_PORTS = {"http": ":80", "https": ":443"}


def is_own_host(deps: StampPageDeps, stamp: Stamp, host: str) -> bool:
    """Whether the stamp may be shown to who asked for it at that host (a Host header) without a further look."""
    host = host.lower()
    scheme = stamp.domain.partition(":")[0]
    return host.removesuffix(_PORTS[scheme]) == host_of(stamp.domain) or host in deps.own_hosts or _is_loopback(host)


def is_others_host(tx: Tx, stamp: Stamp, host: str) -> bool:
    """Whether the host is another account's custom domain, which shows nothing but its own."""
    accounts = accounts_of_host(tx, host.lower())
    return bool(accounts) and stamp.account_id not in accounts


def _is_loopback(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
