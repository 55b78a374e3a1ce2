"""Nothing is lost and nothing is doubled, whatever the network, the server or the phone do."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.sync_client.phone import Phone, PhoneDied
from tests.sync_client.server import APIServer
from tests.sync_client.work import (
    ANSWERS,
    answers,
    assert_same_view,
    commands_of,
    facts,
    picture,
    repair,
    repairs_of,
    whole_job,
)
from tests.web.company import Company

pytestmark = pytest.mark.slow
SEED = 20261122


def test_two_days_offline_with_dead_batteries_arrive_once(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    server.line.go_down()
    made = whole_job(phone, company, work)
    phone.restart()
    assert phone.shows(work["id"])["state"] == "done"
    status = phone.ask("status")
    assert (status["unsentCommands"], status["unsentFiles"]) == (6 + len(work["tasks"]), 3)
    phone.restart()
    phone.ask("start")
    server.line.come_back()

    phone.settle()

    done = company.desk.get(f"/work-orders/{work['id']}")
    assert (done["state"], done["sign_off"]["attachment_id"]) == ("done", made["signature"])
    assert [part["move_id"] for part in done["parts_fitted"]] == [made["move"]]
    assert answers(done) == ANSWERS
    assert company.on_hand(company.engineers[0].van_id) == 2
    assert {a["id"] for a in company.until_stored(work["id"], 3)} == {
        made["photo"],
        made["second"],
        made["signature"],
    }
    commands = commands_of(company, company.engineers[0])
    assert {command["status"] for command in commands} == {"applied"}
    assert_same_view(phone)


def test_the_screen_shows_at_once_what_was_done_and_goes_on_showing_it(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    (level,) = phone.ask("rows", kind="stock_level")
    server.line.go_down()

    whole_job(phone, company, work)

    before = facts(phone.shows(work["id"]))
    (lowered,) = phone.ask("rows", kind="stock_level")
    assert (level["doc"]["on_hand"], lowered["doc"]["on_hand"]) == ("3", "2")
    server.line.come_back()
    phone.settle()
    assert facts(phone.shows(work["id"])) == before
    (confirmed,) = phone.ask("rows", kind="stock_level")
    assert (confirmed["doc"]["on_hand"], confirmed["pending"]) == ("2", False)


@pytest.mark.parametrize("request_line", ["POST .*/push", "GET .*/pull", "POST .*/receipts"])
def test_a_lost_answer_doubles_nothing(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any], request_line: str
) -> None:
    phone.ask("start")
    phone.settle()
    phone.photo(work["id"], picture())
    lost = server.line.lose_answer(request_line, times=3)
    texts = [f"Repair {number}" for number in range(5)]
    for text in texts:
        repair(phone, work["id"], text)
    phone.sync()

    lost.wait()
    phone.settle()

    assert repairs_of(company, work["id"]) == Counter(texts)
    company.until_stored(work["id"], 1)
    assert_same_view(phone)


def test_a_server_killed_in_the_middle_of_pushes_takes_everything_once(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - not for secrets.
    texts = [f"Repair {number}" for number in range(150)]
    for text in texts:
        repair(phone, work["id"], text)
    phone.ask("start")

    for _ in range(3):
        time.sleep(chance.uniform(0.05, 0.5))
        server.kill()
        server.start()
        phone.tell("sync")
    phone.settle(120)

    assert repairs_of(company, work["id"]) == Counter(texts)
    assert_same_view(phone)


def test_a_server_killed_in_the_middle_of_an_upload_gets_the_rest_only(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    content = picture(3000)
    phone.ask("start")
    phone.settle()
    cut = server.line.cut("PATCH .*/uploads/", after_bytes=200_000)
    phone.photo(work["id"], content)
    cut.wait()
    server.kill()
    server.start()

    phone.settle(120)

    (stored,) = company.until_stored(work["id"], 1)
    assert stored["size"] == len(content)
    started = [line for line in server.line.requests if line.startswith("POST /api/v1/uploads")]
    assert len(started) == 1


def test_a_phone_killed_in_the_middle_of_an_upload_goes_on_where_it_stood(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    held = server.line.hold("PATCH .*/uploads/")
    phone.photo(work["id"], picture(3000))
    held.wait()
    phone.restart()
    held.release()
    phone.ask("start")

    phone.settle(120)

    company.until_stored(work["id"], 1)
    started = [line for line in server.line.requests if line.startswith("POST /api/v1/uploads")]
    assert len(started) == 1


def test_a_phone_killed_at_any_moment_loses_nothing_it_had_called_saved(
    company: Company, phone: Phone, work: dict[str, Any]
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - not for secrets.
    saved: list[str] = []
    for round_ in range(6):
        phone.ask("start")
        death = threading.Timer(chance.uniform(0.05, 0.7), phone.battery_out)
        death.start()
        try:
            for number in range(1000):
                text = f"Round {round_}, repair {number}"
                repair(phone, work["id"], text)
                saved.append(text)
        except PhoneDied:
            pass
        death.join()
        phone.switch_on()
    phone.ask("start")
    phone.settle(180)

    found = repairs_of(company, work["id"])
    assert set(saved) <= set(found)
    assert set(found.values()) == {1}
    # At most the one that was being saved when the phone died may be there as well.
    assert len(found) <= len(saved) + 6
    assert_same_view(phone)


def test_two_tabs_share_one_outbox_and_one_of_them_talks(
    company: Company, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("open", tab=1)
    phone.ask("start", tab=0)
    phone.ask("settled", tab=0)
    phone.ask("start", tab=1)
    texts = [f"Repair {number}" for number in range(40)]

    for number, text in enumerate(texts):
        repair(phone, work["id"], text, number % 2)
    phone.ask("settled", tab=1)

    leads = [phone.ask("status", tab=tab)["isLeader"] for tab in (0, 1)]
    assert leads == [True, False]
    phone.ask("stop", tab=0)
    repair(phone, work["id"], "By the other tab", 1)
    assert phone.ask("settled", tab=1)["phase"] == "safe"
    assert phone.ask("status", tab=1)["isLeader"]
    assert repairs_of(company, work["id"]) == Counter([*texts, "By the other tab"])
    commands = commands_of(company, company.engineers[0])
    assert [command["seq"] for command in commands] == list(range(1, 42))


def test_a_phone_whose_store_was_copied_goes_on_as_two(
    company: Company,
    phone: Phone,
    new_phone: Callable[..., Phone],
    work: dict[str, Any],
    tmp_path: Any,
) -> None:
    phone.ask("start")
    repair(phone, work["id"], "Before the copy")
    phone.settle()
    phone.copy_store(tmp_path / "copy")
    copy = new_phone(company.engineers[0], tmp_path / "copy")
    repair(phone, work["id"], "On the old phone")
    phone.settle()
    repair(copy, work["id"], "On the new phone")
    copy.ask("start")

    copy.settle()

    wanted = ["Before the copy", "On the old phone", "On the new phone"]
    assert repairs_of(company, work["id"]) == Counter(wanted)
    phone.settle()
    assert_same_view(copy)
