"""How many files and connections the system lets this process have open."""

import resource

import structlog

LEAST_DESCRIPTORS = 4096
"""Each connection takes one; a page that is open keeps one for as long."""


def warn_of_few_descriptors() -> None:
    """A line in the log where the limit is low: clients beyond it could not connect, whoever they are."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit != resource.RLIM_INFINITY and limit < LEAST_DESCRIPTORS:
        structlog.get_logger("stampwell.operations").warning(
            "few connections can be open: raise the limit of open files (systemd: LimitNOFILE=65536, shell: ulimit -n 65536)",
            limit=limit,
            least=LEAST_DESCRIPTORS,
        )
