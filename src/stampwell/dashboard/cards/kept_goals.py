"""How many customers keep the goal that their card was issued with, in words."""

from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.features.stamps.counts import KeptGoals


def kept_in_words(kept: KeptGoals) -> Phrase | None:
    """None where no customer has a card."""
    number, shown = kept.stamps.number, str(kept.stamps)
    if not number:
        return None
    if len(kept.goals) == 1:
        one = counted(
            "number",
            "{shown} existing card keeps its goal of {goal}.",
            "{shown} existing cards keep their goal of {goal}.",
        )
        return phrase(one, number=number, shown=shown, goal=kept.goals[0])
    several = counted(
        "number",
        "{shown} existing card keeps the goal it was issued with.",
        "{shown} existing cards keep the goals they were issued with.",
    )
    return phrase(several, number=number, shown=shown)
