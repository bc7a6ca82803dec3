"""`stampwell stamp show`, on both databases."""

import pytest

from kit.command import InProcess
from kit.data import Data
from kit.people import ALICES_CARD, open_account


def test_show_by_number_and_by_code(command: InProcess, database_url: str) -> None:
    with Data(database_url) as data:
        alice = open_account(data, card_id=ALICES_CARD, now_us=1_764_000_000_000_000)
        data.run(
            "INSERT INTO stamp (account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, "
            "reward_title, user_id, created_at) VALUES (:account_id, 123, '0123456789ABCDEF', 'https://vvd.bz', "
            "'2025-01-01', '2025-12-31', :active, 0, 10, 'A coffee', 'att78z', 1764000000000000)",
            account_id=alice.account_id,
            active=True,
        )
    shown = command.json("stamp", "show", "1").json
    for spelled in ("0123456789ABCDEF", "0123-4567-89ab-cdef", "http://any.host/stamp/0123456789abcdef/.", "#1", " 1\n"):
        assert command.json("stamp", "show", spelled).json == shown
    assert list(shown.items()) == [
        ("stampIdx", 1),
        ("code", "0123456789ABCDEF"),
        ("domain", "https://vvd.bz"),
        ("cardIdx", 123),
        ("cardNm", "Card of A shop"),
        ("cardTtl", "Ten coffees, one free"),
        ("stamps", 0),
        ("maxStamps", 10),
        ("stampUrl", "https://vvd.bz/stamp/0123456789ABCDEF"),
        ("url", "https://beans.example/menu"),
        ("strtYmd", "2025-01-01"),
        ("endYmd", "2025-12-31"),
        ("onsiteYn", "N"),
        ("onsitePwd", None),
        ("memo", None),
        ("activeYn", "Y"),
        ("useYn", "N"),
        ("useYmdt", None),
        ("userId", "att78z"),
        ("userNm", None),
        ("userPhnno", None),
        ("userEml", None),
        ("userEtc1", None),
        ("userEtc2", None),
        ("stampImgUrl", None),
        ("regYmdt", "2025-11-25 01:00:00"),
        ("payloadVersion", "v1"),
        ("renewedStampIdx", None),
        ("rewards", []),
        ("mergedStampIdx", None),
    ]


def test_rewards_merges_and_locations_in_words(command: InProcess, database_url: str) -> None:
    with Data(database_url) as data:
        alice = open_account(data, card_id=ALICES_CARD, now_us=1_764_000_000_000_000)
        data.run(
            "INSERT INTO stamp (account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, "
            "reward_title, user_id, created_at, rewards, handed_out, merged_stamp_id) VALUES (:account_id, 123, "
            "'0123456789ABCDEF', 'https://vvd.bz', '2025-01-01', '2025-12-31', :active, 5, 10, 'A coffee', 'att78z', "
            "1764000000000000, :rewards, :handed_out, 7)",
            account_id=alice.account_id,
            active=True,
            rewards='[[3,"a cookie"],[5,"a cake"],[8,"tea"]]',
            handed_out="[[3,1764000000000000]]",
        )
    shown = command("stamp", "show", "1").out.splitlines()
    assert shown[-3:] == [
        "rewards          3 a cookie (handed out), 5 a cake (owed), 8 tea (3 to go)",
        "mergedStampIdx   7",
        "validAt          everywhere",
    ]
    place = command.json("location", "create", "--account", 1, "--name", "Market stall").json["locationIdx"]
    with Data(database_url) as data:
        data.run("UPDATE card SET location_ids = :places", places=f"[{place}]")
    assert command("stamp", "show", "1").out.splitlines()[-1] == f"validAt          {place} Market stall"
    assert "validAt" not in command.json("stamp", "show", "1").json


@pytest.mark.parametrize("stamp", ["2", "ZZZZZZZZZZZZZZZZ"])
def test_no_such_stamp(command: InProcess, stamp: str) -> None:
    done = command.json("stamp", "show", stamp)
    assert (done.status, done.json) == (1, {"code": 40403, "message": f"stampIdx: there is no stamp {stamp}."})


@pytest.mark.parametrize("stamp", ["99999999999999999999999", "x", "\u0661", "https://vvd.bz/stamp/2"])
def test_what_names_no_stamp(command: InProcess, stamp: str) -> None:
    done = command.json("stamp", "show", stamp)
    message = "STAMPIDX must be a stamp's number (an integer), its code (16 letters and digits) or its link."
    assert (done.status, done.json) == (2, {"code": None, "message": message})
