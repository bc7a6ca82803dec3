"""What the e-mails say: a plain sentence, one link, and why somebody gets it."""

from stampwell.core.phrases import Language, Phrase, phrase
from stampwell.mail.mailer import Email


def invitation(language: Language, *, to: str, shop: str, inviter: str, link: str) -> Email:
    """To somebody who shall join."""
    return _email(
        language,
        to,
        phrase("{name} invites you to {shop}", name=inviter, shop=shop),
        phrase(
            "{name} invites you to the team of {shop}. With Stampwell you look after its stamp cards.", name=inviter, shop=shop
        ),
        phrase("Join here. The link works once, within 7 days:"),
        link,
        phrase("If you didn't expect this, you can ignore this e-mail."),
    )


def new_password(language: Language, *, to: str, shop: str, link: str) -> Email:
    """To somebody who forgot theirs, or whose owner thinks so."""
    return _email(
        language,
        to,
        phrase("A new password for {shop}", shop=shop),
        phrase("Someone asked for a new password for {email}, your sign-in at {shop}.", email=to, shop=shop),
        phrase("Choose it here. The link works once, within an hour:"),
        link,
        phrase("If it wasn't you, you can ignore this e-mail. Your password stays the same."),
    )


def many_wrong(language: Language, *, to: str, shop: str, card: str, link: str) -> Email:
    """To an owner: somebody guesses at the staff password of a card, or at the PINs of its customers."""
    return _email(
        language,
        to,
        phrase("Someone is guessing passwords at {shop}", shop=shop),
        phrase("Today 100 wrong staff passwords and PINs were entered for the card “{card}”.", card=card),
        phrase("Whoever guesses is slowed down, and your team can go on. A longer staff password helps most. Change it here:"),
        link,
        phrase("You won't hear about this card again before tomorrow."),
        _to_owners(shop),
    )


def webhook_failing(language: Language, *, to: str, shop: str, url: str, link: str) -> Email:
    """To an owner: a webhook has not been answered for a day and a half."""
    return _email(
        language,
        to,
        phrase("A webhook of {shop} is failing", shop=shop),
        phrase("This address has not accepted an event for a day and a half: {url}", url=url),
        phrase("We keep trying. After three days without success the webhook is switched off. See what went wrong:"),
        link,
        _to_owners(shop),
    )


def webhook_disabled(language: Language, *, to: str, shop: str, url: str, link: str) -> Email:
    """To an owner: a webhook was switched off."""
    return _email(
        language,
        to,
        phrase("A webhook of {shop} was switched off", shop=shop),
        phrase("This address is gone, or has not accepted an event for three days: {url}", url=url),
        phrase("Once it works again, switch the webhook on and resend what it missed. Events are kept for 30 days:"),
        link,
        _to_owners(shop),
    )


def new_address(language: Language, *, to: str, name: str, link: str) -> Email:
    """To an address that somebody says is theirs."""
    return _email(
        language,
        to,
        phrase("Confirm your e-mail address"),
        phrase("{name} wants to sign in to Stampwell with this address: {email}", name=name, email=to),
        phrase("If that's you, confirm it while you are signed in. The link works once, within a day:"),
        link,
        phrase("If you didn't expect this, you can ignore this e-mail."),
    )


def wrong_passwords(language: Language, *, to: str, shop: str, at: str) -> Email:
    """To somebody at whose address signing in was locked."""
    return _email(
        language,
        to,
        phrase("Wrong passwords at {shop}", shop=shop),
        phrase("Someone entered several wrong passwords for {email}, your sign-in at {shop}.", email=to, shop=shop),
        phrase("Nobody got in. Browsers you have used before still let you in; in others you have to wait a while."),
        phrase("If it wasn't you, choose a long password that you use nowhere else:"),
        f"{at}/dashboard/profile",
    )


def _to_owners(shop: str) -> Phrase:
    return phrase("You get this e-mail because you are an owner of {shop}.", shop=shop)


def _email(language: Language, to: str, subject: Phrase, *parts: Phrase | str) -> Email:
    said = [part if isinstance(part, str) else part.said(language.translate) for part in parts]
    return Email(to, subject.said(language.translate), "\n\n".join(said) + "\n")
