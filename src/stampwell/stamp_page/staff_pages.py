"""Staff on the customer's own phone: one mark, the rewards, and a minute to take a mark back."""

from collections.abc import Mapping

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.db.database import Tx
from stampwell.features.locations.staffing import require_workplace
from stampwell.features.people.model import Member
from stampwell.features.stamps import redeeming, service
from stampwell.features.stamps.errors import TooLateToUndo
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.rewards import owed_rewards, rewards_of
from stampwell.features.stamps.shared_secrets import Client
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action
from stampwell.features.stamps.undo import ON_PHONE, rule_by_link, undo
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.errors import NoSuchReward, NoSuchStamp
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.signed_in_page import show_to_staff
from stampwell.web.client import client_network
from stampwell.web.forms import Form

_FIELDS = ("locationIdx", "onsitePwd")


class StaffPages:
    """Of cards that staff mark on the spot."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (
            StampPageRoute("GET", "/staff", self.show, acts=True),
            StampPageRoute("POST", "/mark", self.mark, staff=True, acts=True),
            StampPageRoute("POST", "/redeem", self.redeem, staff=True, acts=True),
            StampPageRoute("POST", "/reward/{marks:idx}", self.hand_out, staff=True, acts=True),
            StampPageRoute("POST", "/undo/{event_id:idx}", self.undo, staff=True, acts=True),
        )

    async def show(self, context: StampPageContext) -> Response:
        if context.viewer is not None:
            return context.redirect(context.path)
        return await self._page(context, Form())

    async def mark(self, context: StampPageContext) -> Response:
        """One mark; on a full card that carries it is the first of the next one."""
        stamp = context.stamp
        try:
            checked, meta = await self._checked(context, Action.ADD)

            def unit(tx: Tx) -> list[int]:
                _require_workplace(tx, context.signed_in, context.place)
                done = service.mark_on_phone(tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=meta)
                return [done.before.stamps, done.after.stamps, done.event_id]

            before, after, event_id = await context.once(unit)
        except AppError as refusal:
            return await self._refused(context, refusal)
        return self._done(context, _marked(before, after, stamp.max_stamps), undo=f"{context.path}/undo/{event_id}")

    async def redeem(self, context: StampPageContext) -> Response:
        """The last reward, and every one on the way that is still owed."""
        stamp = context.stamp
        try:
            checked, meta = await self._checked(context, Action.REDEEM)

            def unit(tx: Tx) -> list[str]:
                _require_workplace(tx, context.signed_in, context.place)
                done = redeeming.redeem(tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=meta)
                return [*(reward.title for reward in owed_rewards(done.before)), done.before.reward_title]

            titles = await context.once(unit)
        except AppError as refusal:
            return await self._refused(context, refusal)
        if titles == [""]:
            return self._done(context, phrase("Reward redeemed."))
        names = [title or phrase("the reward").said(context.language.translate) for title in titles]
        return self._done(context, phrase("Redeemed: {reward}", reward=", ".join(names)))

    async def hand_out(self, context: StampPageContext) -> Response:
        """A reward on the way, which the address names by its marks; the card stays open."""
        stamp, marks = context.stamp, context.number("marks")
        try:
            title = next((reward.title for reward in rewards_of(stamp) if reward.stamps == marks), None)
            if title is None:
                raise NoSuchReward
            checked, meta = await self._checked(context, Action.REDEEM_REWARD)

            def unit(tx: Tx) -> None:
                _require_workplace(tx, context.signed_in, context.place)
                redeeming.redeem(tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=meta, reward=marks)

            await context.once(unit)
        except AppError as refusal:
            return await self._refused(context, refusal)
        return self._done(context, phrase("Redeemed: {reward}", reward=title))

    async def undo(self, context: StampPageContext) -> Response:
        """By the phone that made the mark: its flash message says so, signed. Or by the person who is signed in."""
        stamp, flash, person = context.stamp, context.read_flash(), context.signed_in
        event_id = context.number("event_id")
        if person is None and (flash is None or flash.undo != f"{context.path}/undo/{event_id}"):
            raise TooLateToUndo
        rule = ON_PHONE if person is None else rule_by_link(context.staff_actor(person))

        def unit(tx: Tx) -> list[int]:
            done = undo(tx, stamp.account_id, stamp.stamp_id, event_id, rule=rule, meta=context.meta("staff"))
            return [done.before.stamps, done.after.stamps]

        before, after = await context.once(unit)
        if before == after:
            return context.redirect(context.path, phrase("The stamp on the next card is removed."))
        return context.redirect(context.path, phrase("Stamp removed: {count} of {goal}.", count=after, goal=stamp.max_stamps))

    async def _checked(self, context: StampPageContext, action: Action) -> tuple[str | None, EventMeta]:
        """The hash that the staff password matches, and the circumstances, with the location where the card asks for one.

        Of who is signed in no password is asked. Raises NoSuchStamp of a card without a staff password, FieldsWrong, and what
        the password is refused with.
        """
        if not context.stamp.card_onsite and context.signed_in is None:
            raise NoSuchStamp
        meta = context.meta("staff", location_id=context.place)
        if context.look.limited and context.place is None:
            raise FieldsWrong([FieldError("locationIdx", phrase("Choose where you are."))])
        checked = await check_staff_password(
            self._deps.secrets,
            context.stamp,
            context.form.raw("onsitePwd"),
            action=action,
            meta=meta,
            client=Client(client_network(context.request)),
            missing=phrase("Enter the staff password."),
        )
        return checked, meta

    def _done(self, context: StampPageContext, said: Phrase, *, undo: str = "") -> Response:
        response = context.redirect(context.path, said, undo=undo)
        context.remember_place(response)
        return response

    async def _refused(self, context: StampPageContext, refusal: AppError) -> Response:
        stamp = context.stamp
        self._deps.refusals.note(
            refusal,
            account_id=stamp.account_id,
            stamp=stamp.stamp_id,
            actor=context.meta("staff").actor,
            now_us=context.now_us,
        )
        form = context.refused(refusal, fields=_FIELDS)
        return await self._page(context, form, status=refusal.status, headers=refusal.headers)

    async def _page(
        self, context: StampPageContext, form: Form, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        if context.signed_in is not None and context.viewer is not None:
            return await show_to_staff(context, context.viewer, form, status=status, headers=headers)
        if not context.look.onsite:
            raise NoSuchStamp
        sign_in = f"{context.deps.dashboard_url}/dashboard/sign-in?next={context.path}"
        return context.render(
            "staff.html",
            status=status,
            headers=headers,
            form=form,
            look=context.look,
            place=context.place,
            sign_in=sign_in,
        )


def _marked(before: int, after: int, goal: int) -> Phrase:
    """What one mark has done."""
    if after > before:
        return phrase("Stamp added: {count} of {goal}.", count=after, goal=goal)
    return phrase("Stamp added to the next card.")


def _require_workplace(tx: Tx, person: Member | None, location_id: int | None) -> None:
    """Whoever is signed in may work at some locations only. Raises FieldsWrong for `locationIdx`."""
    if person is not None:
        require_workplace(tx, person, location_id)
