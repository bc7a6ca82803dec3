from dataclasses import dataclass
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt


@dataclass(frozen=True, slots=True)
class Card:
    """A stamp card. `max_stamps` is the number of marks that earns the reward, 1 to 100."""

    card_id: int
    account_id: int
    name: str
    title: str
    max_stamps: int
    reward_title: str
    url: str
    active: bool
    archived_at: int | None
    created_at: int

    @property
    def takes_stamps(self) -> bool:
        """Whether new stamps of it may be issued."""
        return self.active and self.archived_at is None

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The card in the contract's words."""
        return {
            "cardIdx": self.card_id,
            "accountIdx": self.account_id,
            "cardNm": self.name,
            "cardTtl": self.title,
            "maxStamps": self.max_stamps,
            "rewardTtl": self.reward_title,
            "url": self.url,
            "activeYn": "Y" if self.active else "N",
            "archivedYn": "N" if self.archived_at is None else "Y",
            "regYmdt": to_ymdt(self.created_at, zone),
        }
