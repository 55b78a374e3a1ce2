"""What the phone says and keeps when the server says no, or has moved on."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from server.kernel import clock
from tests.journeys.company import wait_until
from tests.sync_client.phone import Phone
from tests.sync_client.server import APIServer, api_server
from tests.sync_client.work import assert_same_view, commands_of, picture, repair, repairs_of
from tests.web.company import Company, Person

pytestmark = pytest.mark.slow


def test_an_expired_session_keeps_everything_until_somebody_signs_in(
    company: Company, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    phone.ask("sign-out")
    repair(phone, work["id"])
    phone.photo(work["id"], picture())

    status = phone.sync()

    # The photo counts once, as the file: not as the command that announces it, too.
    assert status["phase"] == "signed-out"
    assert (status["unsentCommands"], status["unsentFiles"]) == (1, 1)
    assert phone.shows(work["id"])["repairs"]
    phone.ask("sign-in")
    phone.settle()
    assert repairs_of(company, work["id"]).total() == 1
    company.until_stored(work["id"], 1)


def test_work_reassigned_while_offline_is_kept_until_it_is_safe(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    server.line.go_down()
    phone.record("work_order.start", work["id"])
    repair(phone, work["id"], "Done before the call")
    (booking,) = company.desk.every("/bookings", work_order_id=work["id"])
    colleague = company.engineers[1]
    _reassign(company, booking, colleague)
    held = server.line.hold("POST .*/push")
    server.line.come_back()
    phone.tell("sync")
    held.wait()
    held.release()

    phone.settle()

    assert phone.row("work_order", work["id"]) is None
    (trouble,) = phone.ask("troubles")
    assert trouble["about"] == {"number": work["number"], "title": work["title"]}
    assert (trouble["type"], trouble["status"], trouble["code"]) == (
        "work_order.start",
        "parked",
        "not-your-work",
    )
    assert repairs_of(company, work["id"]) == Counter(["Done before the call"])
    assert_same_view(phone)
    phone.ask("dismiss", id=trouble["id"])
    assert phone.ask("status")["troubles"] == 0


def test_a_row_that_is_no_longer_mine_stays_while_its_work_is_unsent(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    blocked = server.line.lose_answer("POST /api/v1/uploads", times=1000)
    phone.photo(work["id"], picture())
    (booking,) = company.desk.every("/bookings", work_order_id=work["id"])
    _reassign(company, booking, company.engineers[1])

    phone.sync()

    row = phone.row("work_order", work["id"])
    assert row["revoked"] is True
    blocked.release()
    phone.settle()
    phone.sync()
    assert phone.row("work_order", work["id"]) is None


def test_a_new_epoch_reloads_everything_and_hides_nothing_meanwhile(
    company: Company, server: APIServer, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    repair(phone, work["id"], "Before")
    phone.settle()
    _new_epoch(company)
    held = server.line.hold("GET .*/pull")
    repair(phone, work["id"], "After")
    held.wait()

    shown = phone.shows(work["id"])

    assert [one["action"] for one in shown["repairs"]] == ["Before", "After"]
    held.release()
    phone.settle()
    assert repairs_of(company, work["id"]) == Counter(["Before", "After"])
    assert_same_view(phone)


def test_a_clock_three_hours_wrong_is_shown_and_corrected(
    company: Company, new_phone: Callable[..., Phone], engineer: Person, work: dict[str, Any]
) -> None:
    phone = new_phone(engineer, skew_ms=3 * 3600 * 1000)
    phone.ask("start")
    phone.settle()
    repair(phone, work["id"])

    status = phone.settle()

    assert abs(status["clockSkewMs"] - 3 * 3600 * 1000) < 5000
    (command,) = commands_of(company, engineer)
    occurred = dt.datetime.fromisoformat(command["occurred_at"])
    assert abs(clock.now() - occurred) < dt.timedelta(minutes=1)
    assert command["is_skewed"]


def test_a_revoked_phone_is_signed_out_keeps_its_outbox_and_gets_nothing_any_more(
    company: Company, phone: Phone, work: dict[str, Any], engineer: Person
) -> None:
    phone.ask("start")
    phone.settle()
    phone.ask("forget-password")
    company.revoke_phone(engineer)
    later = company.work_order(engineer)
    repair(phone, work["id"], "Evidence")

    wait_until(lambda: _in_phase(phone, "signed-out"), 20)
    phone.ask("sign-in")
    status = wait_until(lambda: _in_phase(phone, "revoked"), 20)
    phone.sync()

    assert status["unsentCommands"] == 1
    lines = [orjson.loads(line) for line in phone.ask("export").splitlines()]
    assert lines[1]["command"]["args"]["action"] == "Evidence"
    assert phone.row("work_order", later["id"]) is None


def test_a_phone_with_nothing_to_send_gets_nothing_any_more_either(
    company: Company, phone: Phone, work: dict[str, Any], engineer: Person
) -> None:
    phone.ask("start")
    phone.settle()
    phone.ask("forget-password")
    company.revoke_phone(engineer)
    later = company.work_order(engineer)

    phone.sync()
    phone.ask("sign-in")
    wait_until(lambda: _in_phase(phone, "revoked"), 20)
    phone.sync()

    assert phone.row("work_order", later["id"]) is None


def test_a_phone_that_was_found_goes_on_as_a_new_one_and_sends_what_it_kept(
    company: Company, phone: Phone, work: dict[str, Any], engineer: Person
) -> None:
    phone.ask("start")
    phone.settle()
    phone.ask("forget-password")
    company.revoke_phone(engineer)
    repair(phone, work["id"], "Evidence")
    phone.photo(work["id"], picture())
    later = company.work_order(engineer)
    wait_until(lambda: _in_phase(phone, "signed-out"), 20)
    phone.ask("sign-in")
    wait_until(lambda: _in_phase(phone, "revoked"), 20)

    phone.ask("start-anew")

    phone.settle()
    assert repairs_of(company, work["id"]) == Counter({"Evidence": 1})
    company.until_stored(work["id"], 1)
    assert phone.row("work_order", later["id"]) is not None
    installations = company.account(engineer).every("/sync/installations")
    assert Counter(one["state"] for one in installations) == Counter({"revoked": 1, "active": 1})
    phone.restart()
    phone.ask("start")
    phone.settle()


def test_a_phone_that_signed_in_again_can_be_revoked_before_it_sends_anything(
    company: Company, phone: Phone, work: dict[str, Any], engineer: Person
) -> None:
    phone.ask("start")
    phone.settle()
    phone.ask("sign-out")
    phone.sync()
    phone.ask("sign-in")
    phone.settle()
    phone.ask("forget-password")

    company.revoke_phone(engineer)

    phone.sync()
    wait_until(lambda: _in_phase(phone, "signed-out"), 20)


def test_bytes_that_are_no_picture_are_refused_and_shown(
    company: Company, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    attachment = phone.photo(work["id"], b"not a picture at all")

    status = wait_until(lambda: _has_trouble(phone), 20)

    assert status["troubles"] == 1
    (trouble,) = phone.ask("troubles")
    assert (trouble["entityId"], trouble["status"]) == (attachment, "refused")
    assert trouble["code"].startswith(("file-", "image-"))


def test_a_command_the_server_refuses_is_shown_and_blocks_nobody(
    company: Company, phone: Phone, work: dict[str, Any]
) -> None:
    phone.ask("start")
    phone.settle()
    phone.record("task.answer", work["id"], task_id=str(company.part_id), value=True)
    repair(phone, work["id"], "After the refusal")

    phone.settle()

    (trouble,) = phone.ask("troubles")
    assert trouble["status"] == "refused"
    assert repairs_of(company, work["id"]) == Counter(["After the refusal"])


@pytest.mark.only("sqlite")
def test_a_server_restored_from_a_backup_gets_back_what_phones_had_sent(
    new_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = new_database("truckroll_restored")
    database = Path(url.removeprefix("sqlite:///"))
    home = tmp_path / "home"
    home.mkdir()
    with api_server(home, url) as server:
        company = Company(server)  # type: ignore[arg-type]
        work = company.work_order(company.engineers[0])
        phone = Phone(company, company.engineers[0], tmp_path / "phone", server.url)
        try:
            phone.ask("start")
            repair(phone, work["id"], "In the backup")
            phone.settle()
            _stop_and(server, lambda: _copy(database, tmp_path / "backup"))
            repair(phone, work["id"], "After the backup")
            photo = phone.photo(work["id"], picture())
            phone.settle()
            _stop_and(server, lambda: _restore(tmp_path / "backup", database))
            _new_epoch(company)
            repair(phone, work["id"], "After the restore")

            phone.settle()

            assert repairs_of(company, work["id"]) == Counter(
                ["In the backup", "After the backup", "After the restore"]
            )
            assert photo in {a["id"] for a in company.attachments(work["id"])}
            assert_same_view(phone)
        finally:
            phone.close()


def _reassign(company: Company, booking: dict[str, Any], to: Person) -> None:
    answer = company.desk.http.post(
        f"/bookings/{booking['id']}/reassignments",
        json={"engineer_id": str(to.engineer_id), "override_reason": "Ana is ill"},
        headers={"If-Match": f'"{booking["revision"]}"'},
    )
    assert answer.status_code in {200, 201}, answer.text


def _in_phase(phone: Phone, phase: str) -> Any:
    status = phone.sync()
    return status if status["phase"] == phase else None


def _has_trouble(phone: Phone) -> Any:
    status = phone.sync()
    return status if status["troubles"] else None


def _key(session: Any, tenant_id: Any) -> Any:
    is_sqlite = session.connection().dialect.name == "sqlite"
    return tenant_id.hex if is_sqlite else tenant_id


def _new_epoch(company: Company) -> None:
    with company.records(write=True) as session:
        session.connection().execute(
            text("UPDATE sync_feed SET epoch = 'restored' WHERE tenant_id = :t"),
            {"t": _key(session, company.tenant_id)},
            execution_options={"unscoped": "feed"},
        )


def _stop_and(server: APIServer, work: Callable[[], None]) -> None:
    server.kill()
    server.platform.dispose()
    work()
    server.start()
    time.sleep(0.1)


def _copy(database: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file in database.parent.glob(f"{database.name}*"):
        shutil.copy(file, folder / file.name)


def _restore(folder: Path, database: Path) -> None:
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    for file in folder.iterdir():
        shutil.copy(file, database.parent / file.name)
