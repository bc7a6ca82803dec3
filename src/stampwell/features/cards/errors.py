from stampwell.core.errors import AppError, OperatorError, PageError
from stampwell.core.phrases import translatable
from stampwell.features.cards.model import Card


class CardNotFound(AppError):
    code, status = 40402, 404
    template = translatable(
        "cardIdx: this account has no card {card_id}. Its cards and their Card IDX are listed by: stampwell card list"
    )
    when = "The account has no such card; another account's card is answered the same."


class CardClosed(AppError):
    code, status = 40909, 409
    template = translatable(
        "cardIdx: card {card_id} is archived or switched off, so no new stamps of it can be issued. "
        "Use another card, or have this one switched on."
    )
    when = "The card is archived or switched off."


class CardChanged(PageError):
    """`present`: the card as somebody else has left it."""

    status = 409
    template = translatable("Somebody else has changed this card since you opened it. Nothing of yours was saved yet.")

    def __init__(self, present: Card) -> None:
        super().__init__()
        self.present = present


class CardInUse(PageError):
    status = 409
    template = translatable("{name} has stamps, so it cannot be deleted. Archive it: they go on, and no new ones are issued.")


class CardInvalid(OperatorError):
    """A field of the card is wrong; the message says which."""
