"""Rounds of a race: several customers' stamps at a time, of each a few requests that reach all servers at once."""

import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from random import Random
from typing import NamedTuple

from kit.model import Card
from kit.races import Request, Servers, create
from kit.serial import Sent, Wallet, agrees, explains
from stampwell.features.stamps.ledger.proof import prove_next

# Far more than a round takes, and less than what a statement waits for a lock.
_LONGEST_S = 4.0

_MARKS = "SELECT stamps FROM stamp WHERE user_id = :user_id ORDER BY stamp_id"

Plan = Callable[[Random, Wallet], Sequence[Request]]
"""Requests of the stamps of one customer."""


class Ran(NamedTuple):
    """What became of one customer's requests. wallet: as it was before. marks: of each stamp there is, in ascending order."""

    wallet: Wallet
    sent: list[Sent]
    marks: list[int]

    @property
    def codes(self) -> list[int]:
        """In the order of the plan."""
        return [sent.answer.json["code"] for sent in self.sent]


class Rush:
    """A card of its own, and customers who have stamps of it. goal: of the card."""

    def __init__(self, servers: Servers, *, goal: int, renews: bool, carries: bool, rewards: Sequence[int] = ()) -> None:
        self._servers = servers
        gifts = {place: f"gift {place}" for place in rewards}
        yn = {True: "Y", False: "N"}
        number = servers.new_card(
            maxStamps=goal,
            renewYn=yn[renews],
            carryYn=yn[carries],
            rewards=[{"stamps": place, "rewardTtl": name} for place, name in gifts.items()],
        )
        self.card = Card(number, {}, goal, 0, renews, gifts, carries)
        self._random = Random(goal)
        self._customers = 0

    def run(self, *, customers: int, marks: Sequence[int], at_once: Plan, before: Plan = lambda *_: ()) -> list[Ran]:
        """A round: `marks` says how many stamps each customer has, and with which opening balances.

        before: is done in order, and goes well. Fails where the requests that come at once are answered, or leave the stamps,
        as they would in no order; where the ledger is not proved; and where somebody waited long.
        """
        wallets = [self._wallet(marks) for _ in range(customers)]
        self._prepare(wallets, before)
        plans = [at_once(self._random, wallet) for wallet in wallets]
        places = [(customer, place) for customer, plan in enumerate(plans) for place in range(len(plan))]
        self._random.shuffle(places)
        began_s = time.monotonic()
        answers = self._servers.at_once([plans[customer][place] for customer, place in places])
        assert time.monotonic() - began_s < _LONGEST_S
        answer_at = dict(zip(places, answers, strict=True))
        ran = [
            self._checked(wallet, [Sent(request, answer_at[customer, place]) for place, request in enumerate(plan)])
            for customer, (wallet, plan) in enumerate(zip(wallets, plans, strict=True))
        ]
        chunk = self._servers.data.read(prove_next, after=min(wallets[0].stamps) - 1)
        assert chunk is not None
        assert chunk.differences == []
        return ran

    def _wallet(self, marks: Sequence[int]) -> Wallet:
        self._customers += 1
        wallet = Wallet(f"{self.card.number}-{self._customers}")
        rows = [{**(create(self.card.number).body or {}), "userId": wallet.user_id, "stamps": count} for count in marks]
        made = self._servers.send(Request("POST", "stamp/v1/bulk", {"stamps": rows})).result
        for row, count in zip(made, marks, strict=True):
            wallet.put(self.card, row["stampIdx"], row["code"], marks=count)
        return wallet

    def _prepare(self, wallets: Sequence[Wallet], before: Plan) -> None:
        plans = [before(self._random, wallet) for wallet in wallets]
        for step in zip_longest(*plans):
            asked = [(wallet, request) for wallet, request in zip(wallets, step, strict=True) if request is not None]
            for (wallet, request), answer in zip(asked, self._servers.at_once([one for _, one in asked]), strict=True):
                known = list(wallet.stamps)
                codes, result = wallet.do(request)
                assert (codes, agrees(answer, codes, result, known)) == (set(), True), (request, answer.content)
        for wallet in wallets:
            wallet.learn(self._servers.data)

    def _checked(self, wallet: Wallet, sent: list[Sent]) -> Ran:
        stored = wallet.stored(self._servers.data)
        if not explains(wallet, sent, stored):
            told = "\n".join(f"{request.path} {request.body}: {answer.content.decode()}" for request, answer in sent)
            raise AssertionError(f"in no order:\n{told}\nbefore: {wallet.state()}\nafter: {stored}")
        rows = self._servers.data.rows(_MARKS, user_id=wallet.user_id)
        return Ran(wallet, sent, [row["stamps"] for row in rows])
