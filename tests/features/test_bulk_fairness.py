"""A bulk request of a thousand rows lets other requests have their turn while its rows are validated."""

import asyncio
from types import SimpleNamespace
from typing import Any

from stampwell.features.stamps.api.handlers import StampApi
from stampwell.features.stamps.contract.requests import CreateStamps


class _Nothing:
    async def run(self, *_given: Any) -> None:
        return None


def test_others_get_a_turn_every_fifty_rows() -> None:
    turns: list[int] = []

    async def beside() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    async def main() -> None:
        nothing: Any = _Nothing()
        api = StampApi(
            nothing, once=nothing, issuing=nothing, marking=nothing, finding=nothing, drafts=nothing, secrets=nothing
        )
        other = asyncio.create_task(beside())
        await api.bulk(SimpleNamespace(translate=None), CreateStamps(stamps=[7] * 1000))  # type: ignore[arg-type]
        other.cancel()

    asyncio.run(main())
    assert len(turns) >= 1000 // 50
