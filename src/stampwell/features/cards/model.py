from dataclasses import dataclass
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.features.cards.rewards import CardReward, rewards_as_api


@dataclass(frozen=True, slots=True)
class Card:
    """A stamp card. `max_stamps` is the number of marks that earns the reward, 1 to 100.

    `cooldown_s`: least seconds between two marks on one stamp. `daily_max`: most marks a day on one stamp, 0 for no cap.
    `onsite_hash`: argon2id hash of the staff password. Colours are six hexadecimal digits, blank for the shop's.
    `rewards`: those on the way to the goal, rising. `carries`: marks beyond the goal begin the customer's next stamp.
    `location_ids`: where its stamps are marked and redeemed, also those that are out; rising,
    empty for everywhere.
    `version` grows with every change, so that nobody overwrites what they have not seen.
    All other changes of a card are for stamps issued later.
    """

    card_id: int
    account_id: int
    name: str
    title: str
    max_stamps: int
    reward_title: str
    url: str
    stamp_img_url: str
    onsite: bool
    onsite_hash: str | None
    cooldown_s: int
    daily_max: int
    renews: bool
    active: bool
    archived_at: int | None
    created_at: int
    color: str = ""
    paper_color: str = ""
    version: int = 1
    rewards: tuple[CardReward, ...] = ()
    carries: bool = False
    location_ids: tuple[int, ...] = ()

    @property
    def takes_stamps(self) -> bool:
        """Whether new stamps of it may be issued."""
        return self.active and self.archived_at is None

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The card object of the API; the staff password is never given out."""
        return {
            "cardIdx": self.card_id,
            "cardNm": self.name,
            "cardTtl": self.title,
            "maxStamps": self.max_stamps,
            "rewardTtl": self.reward_title,
            "url": self.url,
            "stampImgUrl": self.stamp_img_url,
            "onsiteYn": _yn(self.onsite),
            "onsitePwd": None,
            "cooldownSec": self.cooldown_s,
            "dailyMax": self.daily_max,
            "renewYn": _yn(self.renews),
            "activeYn": _yn(self.active),
            "archivedYn": _yn(self.archived_at is not None),
            "regYmdt": to_ymdt(self.created_at, zone),
            "carryYn": _yn(self.carries),
            "rewards": rewards_as_api(self.rewards),
            "locationIdxs": list(self.location_ids),
        }


def blank_card(account_id: int, now_us: int) -> Card:
    """What the editor begins with: a card without a number of its own, of ten marks."""
    return Card(
        card_id=0,
        account_id=account_id,
        name="",
        title="",
        max_stamps=10,
        reward_title="",
        url="",
        stamp_img_url="",
        onsite=False,
        onsite_hash=None,
        cooldown_s=0,
        daily_max=0,
        renews=False,
        active=True,
        archived_at=None,
        created_at=now_us,
    )


def _yn(flag: bool) -> str:
    return "Y" if flag else "N"
