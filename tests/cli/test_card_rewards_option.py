"""`stampwell card create --reward`: what a full card earns, and what it gives on the way."""

from collections.abc import Callable

import pytest

from kit.command import InProcess
from kit.people import Person
from kit.process import Done

Create = Callable[..., Done]


@pytest.fixture
def create(command: InProcess, alice: Person) -> Create:
    """Makes a card of ten marks with those rewards."""

    def made(*rewards: str, carry: bool = False) -> Done:
        options = [word for reward in rewards for word in ("--reward", reward)]
        common = ("card", "create", "--account", alice.account_id, "--name", "Coffee", "--max-stamps", 10)
        return command.json(*common, *options, *(["--carry"] if carry else []))

    return made


def test_rewards_on_the_way_are_written_with_their_marks(create: Create) -> None:
    card = create("8:  a piece of cake", "2:1 on all drinks", "5: a cookie: the large one", carry=True).json
    assert {name: card[name] for name in ("rewardTtl", "carryYn", "rewards")} == {
        "rewardTtl": "2:1 on all drinks",
        "carryYn": "Y",
        "rewards": [
            {"stamps": 5, "rewardTtl": "a cookie: the large one"},
            {"stamps": 8, "rewardTtl": "a piece of cake"},
        ],
    }


def test_the_goals_own_reward_may_be_written_with_its_marks(create: Create) -> None:
    card = create("10: a coffee").json
    assert (card["rewardTtl"], card["rewards"], card["carryYn"]) == ("a coffee", [], "N")


@pytest.mark.parametrize(
    ("rewards", "reason"),
    [
        (["5: a cookie", "5: a cake"], "--reward: another reward has 5 as well: give each a number of its own."),
        (["11: a cookie"], "--reward: must be less than the goal, 10: "),
        (["0: a cookie"], "--reward: a reward on the way needs at least 1 mark, not 0."),
        ([f"5: {'c' * 201}"], "--reward: at most 200 printable characters."),
        (["a coffee", "a cake"], "--reward: a full card earns one reward. "),
        ([f"{stamps}: a cookie" for stamps in (*range(1, 10), *range(1, 3))], "--reward: at most 10 on the way, not 11."),
    ],
    ids=["twice", "beyond the goal", "none", "long", "two of the goal", "eleven"],
)
def test_rewards_that_do_not_fit(command: InProcess, create: Create, rewards: list[str], reason: str) -> None:
    before = command.json("card", "list").json
    done = create(*rewards)
    assert (done.status, done.json["message"][: len(reason)]) == (1, reason)
    assert command.json("card", "list").json == before
