"""Cards as they are drawn on pages."""

from collections.abc import Iterable

from stampwell.drawing.color_sheets import sheet_path
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.drawing.rewards import face_rewards
from stampwell.features.accounts.model import Account
from stampwell.features.cards.model import Card
from stampwell.features.images.model import handle_in, path_of


def picture_of(card: Card, origin: str) -> str:
    """The path of the card's own picture of a mark; blank for none and for one elsewhere, which pages never load."""
    return path_of(handle_in(card.stamp_img_url, origin))


def sample_face(card: Card, account: Account, *, origin: str) -> Face:
    """The card with some marks on it, to show what it looks like. `origin` is that of our own pictures."""
    count = min(card.max_stamps - 1, max(1, card.max_stamps * 2 // 5))
    return face_of(
        title=card.title or card.name,
        shop=account.name,
        reward=card.reward_title,
        count=count,
        goal=card.max_stamps,
        code=f"card {card.card_id}",
        # Of a card that is switched off or archived, the stamps that are out go on as before.
        state=FaceState.USABLE,
        color=card.color or account.color,
        paper=card.paper_color or account.paper_color,
        picture=picture_of(card, origin),
        logo=path_of(account.logo),
        rewards=face_rewards([(reward.stamps, reward.title, None) for reward in card.rewards], count=count),
    )


def colors_path(faces: Iterable[Face]) -> str:
    """The stylesheet of what those cards are made of, or blank."""
    return sheet_path(color for face in faces for color in (face.color, face.paper))
