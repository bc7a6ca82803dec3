"""Options and arguments that several commands have."""

from typing import Annotated

import typer

LARGEST_IDX = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""

AccountIdx = Annotated[
    int, typer.Option("--account", metavar="ACCOUNTIDX", min=1, max=LARGEST_IDX, help="The account it belongs to.")
]
OfAccount = Annotated[
    int | None, typer.Option("--account", metavar="ACCOUNTIDX", min=1, max=LARGEST_IDX, help="Of this account only.")
]
