"""What the template of a card needs to know, as values: no account, no database, no request."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from stampwell.core.day_words import ymd_in_words
from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.drawing.composition import MOST_IN_PROPORTION, Area, Composition, compose
from stampwell.drawing.rewards import FaceReward, RewardState, in_sentence, next_rewards_words, ready_words, rewards_in_words
from stampwell.drawing.svg import SYMBOLS, draw_marks


class FaceState(StrEnum):
    """What a stamp is at the moment, in the words of its states."""

    USABLE = "usable"
    FULL = "full"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    INACTIVE = "inactive"
    NOT_YET_VALID = "not yet valid"
    MERGED = "merged"


# In the others no reward is handed out.
_IN_USE = frozenset({FaceState.USABLE, FaceState.FULL, FaceState.REDEEMED})


@dataclass(frozen=True, slots=True)
class Face:
    """A card as somebody sees it. Colours are six hexadecimal digits, `picture` and `logo` paths of ours; blank for none.

    `summary` is what comes next in words, `owed` what waits to be handed out meanwhile, `tally` the stamps in numbers, `note`
    why it is not of use now and what to do. `rewards`: those on the way, rising; `last_given`: that of the goal was
    handed out before, though the card is open; `reward_lines`: all of them in words
    and what became of them, empty for a card that has only one.
    """

    title: str
    shop: str
    summary: Phrase
    owed: Phrase | None
    tally: Phrase
    note: Phrase | None
    code: str
    count: int
    goal: int
    fresh: int
    color: str
    paper: str
    picture: str
    logo: str
    state: FaceState
    redeemed_on: Phrase | None
    rewards: tuple[FaceReward, ...]
    last_given: bool
    reward_lines: tuple[tuple[Phrase, RewardState], ...]

    @property
    def drawn(self) -> Markup:
        """The marks, which need `symbols` on their page."""
        return draw_marks(
            code=self.code,
            count=self.count,
            goal=self.goal,
            fresh=self.fresh,
            picture=self.picture,
            rewards=self.rewards,
            last_given=self.last_given,
        )

    @property
    def symbols(self) -> Markup:
        """What the marks of every card are drawn with."""
        return SYMBOLS

    @property
    def narrow(self) -> Composition:
        """How the marks stand on a phone."""
        return compose(self.goal, Area.NARROW)

    @property
    def wide(self) -> Composition:
        """How they stand where there is more room."""
        return compose(self.goal, Area.WIDE)

    @property
    def in_proportion(self) -> bool:
        """Whether it has a bank card's, where there is room: not with very many marks."""
        return self.goal <= MOST_IN_PROPORTION

    @property
    def almost(self) -> bool:
        """Whether the next mark earns the reward."""
        return self.state is FaceState.USABLE and self.count == self.goal - 1 and not self.last_given

    @property
    def faded(self) -> bool:
        """Whether the paper has faded."""
        return self.state in (FaceState.EXPIRED, FaceState.INACTIVE, FaceState.MERGED)

    @property
    def ready(self) -> bool:
        """Whether the reward waits to be handed out."""
        return self.state is FaceState.FULL and not self.last_given


def face_of(
    *,
    title: str,
    shop: str,
    reward: str,
    count: int,
    goal: int,
    code: str,
    state: FaceState,
    color: str = "",
    paper: str = "",
    picture: str = "",
    logo: str = "",
    starts_on: str | Phrase = "",
    ends_on: str | Phrase = "",
    redeemed_on: str = "",
    fresh: int = 0,
    rewards: Sequence[FaceReward] = (),
    last_given: bool = False,
) -> Face:
    """The face of a stamp with `count` of `goal` marks, the last `fresh` of them new. Days are texts to show, but for
    `redeemed_on`, which is ISO text.

    `reward` is that of the goal, `rewards` those on the way, rising. last_given: that of the goal was handed out before, though
    the stamp is open.
    `code` is what the hand that pressed the marks is known by: the stamp's, or any text that stays the same.
    """
    note = _note(state, starts_on=starts_on, ends_on=ends_on, last_given=last_given)
    summary, owed = _words(state, rewards, reward=reward, count=count, goal=goal, last_given=last_given)
    if note is not None and state in (FaceState.EXPIRED, FaceState.INACTIVE):
        # What is missing or earned is of no use then: the first thing to read is why, and what to do.
        summary, note = note, None
    has_lines = rewards and state is not FaceState.MERGED
    told = rewards if state in _IN_USE else [_not_ready(one) for one in rewards]
    last = RewardState.HANDED_OUT if last_given else _last(state)
    lines = rewards_in_words(told, reward=reward, goal=goal, last=last) if has_lines else ()
    return Face(
        title=title,
        shop=shop,
        summary=summary,
        owed=owed,
        tally=phrase(counted("goal", "{count} of {goal} stamp", "{count} of {goal} stamps"), count=count, goal=goal),
        note=note,
        code=code,
        count=count,
        goal=goal,
        fresh=fresh,
        color=color,
        paper=paper,
        picture=picture,
        logo=logo,
        state=state,
        redeemed_on=ymd_in_words(redeemed_on) if redeemed_on else None,
        rewards=tuple(rewards),
        last_given=last_given,
        reward_lines=tuple(lines),
    )


def _words(
    state: FaceState, rewards: Sequence[FaceReward], *, reward: str, count: int, goal: int, last_given: bool
) -> tuple[Phrase, Phrase | None]:
    """The summary, and what is owed."""
    if state is FaceState.MERGED:
        return phrase("Its stamps are on another card now."), None
    redeemed = phrase("Redeemed: {reward}", reward=in_sentence(reward)) if reward else phrase("Reward redeemed")
    if state is FaceState.REDEEMED:
        return redeemed, None
    if last_given:
        return redeemed, ready_words(rewards)
    summary, owed = next_rewards_words(rewards, reward=reward, count=count, goal=goal)
    return summary, owed if state in _IN_USE else None


def _last(state: FaceState) -> RewardState:
    """What became of the reward of the goal."""
    if state is FaceState.REDEEMED:
        return RewardState.HANDED_OUT
    return RewardState.READY if state is FaceState.FULL else RewardState.AHEAD


def _not_ready(reward: FaceReward) -> FaceReward:
    """The reward as a card names it that is not of use: earned, but not to be had."""
    return reward._replace(state=RewardState.AHEAD) if reward.state is RewardState.READY else reward


def _note(state: FaceState, *, starts_on: str | Phrase, ends_on: str | Phrase, last_given: bool) -> Phrase | None:
    match state:
        case FaceState.FULL if last_given:
            return phrase("The last reward was redeemed before. Ask us for a new card.")
        case FaceState.EXPIRED:
            return phrase("Expired on {day}. Ask us for a new one.", day=ends_on)
        case FaceState.INACTIVE:
            return phrase("This card is switched off for now. Please ask us in the shop.")
        case FaceState.NOT_YET_VALID:
            return phrase("Starts on {day}. See you then.", day=starts_on)
        case _:
            return None
