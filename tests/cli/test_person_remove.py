"""`stampwell person remove`."""

import json

from kit.command import InProcess
from kit.shop import Shop
from stampwell.features.people.model import Role


class TestRemove:
    def test_signs_somebody_out_for_good(self, own_shop: Shop) -> None:
        own_shop.dashboard(role=Role.OWNER)
        dashboard = own_shop.dashboard(role=Role.STAFF, name="Bob")
        assert dashboard.person is not None
        email = dashboard.person.email
        done = InProcess(own_shop.data.url)("person", "remove", email.upper(), "--yes", "--json")
        assert (done.status, done.json) == (
            0,
            {
                "personIdx": dashboard.person.person_id,
                "accountIdx": dashboard.person.account_id,
                "email": email,
                "personNm": "Bob",
            },
        )
        assert dashboard.get("/dashboard").status == 303
        (row,) = own_shop.data.rows("SELECT * FROM audit")
        assert (row["action"], row["actor_kind"], row["subject_name"]) == ("person.removed", "operator", "Bob")
        assert json.loads(row["changes"]) == {"role": ["staff", None]}
        again = InProcess(own_shop.data.url)("person", "remove", email, "--yes")
        assert (again.status, f"Nobody signs in as {email}." in again.err) == (1, True)

    def test_the_last_owner_is_refused(self, own_shop: Shop) -> None:
        dashboard = own_shop.dashboard(name="Alice")
        assert dashboard.person is not None
        done = InProcess(own_shop.data.url)("person", "remove", dashboard.person.email, "--yes")
        assert (done.status, "Alice is the only owner." in done.err) == (1, True)
        assert dashboard.get("/dashboard").status == 200

    def test_asks_first(self, own_shop: Shop) -> None:
        own_shop.dashboard()
        dashboard = own_shop.dashboard(role=Role.STAFF)
        assert dashboard.person is not None
        asked = InProcess(own_shop.data.url)("person", "remove", dashboard.person.email)
        assert (asked.status, f"Remove {dashboard.person.email}?" in asked.out + asked.err) == (1, True)
        silent = InProcess(own_shop.data.url)("person", "remove", dashboard.person.email, "--json")
        assert (silent.status, "--yes" in silent.json["message"]) == (2, True)
        assert dashboard.get("/dashboard").status == 200
