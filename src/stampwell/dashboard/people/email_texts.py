"""What the e-mails say, in the shop's language: plain sentences, and one link."""

from stampwell.core.phrases import Language, Phrase, phrase
from stampwell.mail.mailer import Email


def invitation(language: Language, *, to: str, shop: str, inviter: str, link: str) -> Email:
    """To somebody who shall join."""
    return _email(
        language,
        to,
        phrase("Join {shop} on Stampwell", shop=shop),
        phrase("{name} invites you to the stamp cards of {shop}.", name=inviter, shop=shop),
        phrase("Open this link to join. It works once, within 7 days:"),
        link,
        phrase("If you expected no invitation, there is nothing you need to do."),
    )


def new_password(language: Language, *, to: str, shop: str, link: str) -> Email:
    """To somebody who forgot theirs, or whose owner thinks so."""
    return _email(
        language,
        to,
        phrase("A new password for {shop}", shop=shop),
        phrase("Somebody asked for a new password for {email}, by which you sign in to {shop}.", email=to, shop=shop),
        phrase("Open this link to choose one. It works once, within an hour:"),
        link,
        phrase("If you did not expect this, there is nothing you need to do. Your password stays as it is."),
    )


def many_wrong(language: Language, *, to: str, shop: str, card: str, link: str) -> Email:
    """To an owner: somebody guesses at the staff password of a card, or at the PINs of its customers."""
    return _email(
        language,
        to,
        phrase("Somebody guesses at passwords of {shop}", shop=shop),
        phrase("100 wrong staff passwords and PINs were typed today for the stamp card {card}.", card=card),
        phrase("Each network that guesses is stopped for a while. Your staff can go on. A longer staff password helps most:"),
        link,
        phrase("You hear of this card again tomorrow at the earliest."),
    )


def webhook_failing(language: Language, *, to: str, shop: str, url: str, link: str) -> Email:
    """To an owner: a webhook has not been answered for a day and a half."""
    return _email(
        language,
        to,
        phrase("A webhook of {shop} is failing", shop=shop),
        phrase("{url} has not accepted an event for a day and a half.", url=url),
        phrase("We keep trying. After three days without a success it is switched off. What went wrong stands here:"),
        link,
    )


def webhook_disabled(language: Language, *, to: str, shop: str, url: str, link: str) -> Email:
    """To an owner: a webhook was switched off."""
    return _email(
        language,
        to,
        phrase("A webhook of {shop} is switched off", shop=shop),
        phrase("{url} is gone, or has not accepted an event for three days. No more events are sent to it.", url=url),
        phrase("When it works again, switch it on here, and send again what it missed:"),
        link,
        phrase("Events are kept for 30 days."),
    )


def new_address(language: Language, *, to: str, name: str, link: str) -> Email:
    """To an address that somebody says is theirs."""
    return _email(
        language,
        to,
        phrase("Confirm your e-mail address"),
        phrase("{name} wants to sign in to Stampwell with {email}.", name=name, email=to),
        phrase("If that is you, open this link. It works once, within a day, where you are signed in:"),
        link,
        phrase("If it is not, there is nothing you need to do."),
    )


def wrong_passwords(language: Language, *, to: str, shop: str, at: str) -> Email:
    """To somebody at whose address signing in was locked."""
    return _email(
        language,
        to,
        phrase("Wrong passwords were tried at {shop}", shop=shop),
        phrase("Somebody tried several wrong passwords with {email}, by which you sign in to {shop}.", email=to, shop=shop),
        phrase(
            "Nobody came in. Browsers that you have signed in with before still let you in; others have to wait for a while."
        ),
        phrase("If it was not you, choose a long password that you use nowhere else:"),
        f"{at}/dashboard/profile",
    )


def _email(language: Language, to: str, subject: Phrase, *parts: Phrase | str) -> Email:
    said = [part if isinstance(part, str) else part.said(language.translate) for part in parts]
    return Email(to, subject.said(language.translate), "\n\n".join(said) + "\n")
