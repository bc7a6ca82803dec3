"""From what a request or an import asks for to a stamp that can be issued."""

from collections.abc import Set as AbstractSet
from datetime import date

from stampwell.core.actors import Actor
from stampwell.core.codes import CodeSource, new_user_id
from stampwell.core.emails import stored_email_key
from stampwell.core.phones import phone_digits
from stampwell.features.plans.model import Plan, PlanTable
from stampwell.features.stamps import rules
from stampwell.features.stamps.contract.requests import CreateStamp
from stampwell.features.stamps.model import NewStamp


class Drafts:
    """Makes a NewStamp of a validated CreateStamp. `instance_domains` are canonical origins, the default among them."""

    def __init__(self, *, plans: PlanTable, default_domain: str, instance_domains: AbstractSet[str]) -> None:
        self._new_code = CodeSource()
        self._plans = plans
        self._default_domain = default_domain
        self._instance_domains = instance_domains

    def domain(self, given: str | None, plan: Plan) -> tuple[str, bool]:
        """The origin to use, and whether it is a custom one. Raises PlanLacksCustomDomains."""
        domain = given or self._default_domain
        custom = rules.is_custom_domain(domain, instance_domains=self._instance_domains, plan=plan, plans=self._plans)
        return domain, custom

    def new_stamp(self, body: CreateStamp, *, account_id: int, plan: Plan, actor: Actor, now_us: int, today: date) -> NewStamp:
        """today: in the account's time zone. Raises PlanLacksCustomDomains."""
        domain, needs_domain = self.domain(body.domain, plan)
        return NewStamp(
            account_id=account_id,
            actor_kind=actor.kind,
            actor_id=actor.actor_id,
            channel=actor.channel,
            card_id=body.cardIdx,
            code=self._new_code(),
            domain=domain,
            needs_domain=needs_domain,
            starts_on=body.strtYmd.isoformat(),
            ends_on=body.endYmd.isoformat(),
            active=body.activeYn != "N",
            memo=body.memo,
            user_id=body.userId or new_user_id(),
            user_name=body.userNm,
            user_phone=body.userPhnno,
            user_phone_digits=(phone_digits(body.userPhnno) or None) if body.userPhnno else None,
            user_email=body.userEml,
            user_email_key=stored_email_key(body.userEml),
            user_etc1=body.userEtc1,
            user_etc2=body.userEtc2,
            created_at=now_us,
            stamps=body.stamps or 0,
            location_id=body.locationIdx,
            person_id=actor.person_id,
            local_day=today.isoformat(),
        )
