"""Ingest: what a device said is stored once, whatever happens on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from iot_gateway.models import DevicePresence
from iot_gateway.mqtt import MessageKind, Outcome
from server.assets import api as assets
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.iot_gateway.records import (
    NOON,
    SECOND,
    Box,
    Gateway,
    a_box,
    letters_of,
    make_box,
    milliseconds,
    readings_of,
)
from tests.iot_gateway.refusals import refusing
from tests.platforms import make_tenant

Working = Callable[..., Any]
ACCEPTED, REFUSED = Outcome.ACCEPTED, Outcome.PAYLOAD_INVALID
HOUR = dt.timedelta(hours=1)


def of_tenant(box: Box) -> str:
    """The condition that a row is of the tenant of ``box``, as either database writes it."""
    return f"replace(cast(new.tenant_id as text), '-', '') = '{box.tenant_id.hex}'"


def presence(session: Any, box: Box) -> DevicePresence:
    found: DevicePresence = session.get_one(DevicePresence, box.id)
    return found


def stored(working: Working, box: Box) -> Any:
    with working(write=False) as session:
        rows = readings_of(session, box.id)
        session.expunge_all()
    return rows


def test_a_reading_is_stored_with_its_times_and_values(
    gateway: Gateway, box: Box, working: Working
) -> None:
    said_at = NOON - 3 * SECOND
    document = {
        "ts": milliseconds(said_at),
        "values": {"rpm": 1480, "on": True},
        "meta": {"fw": "1"},
    }

    outcomes = gateway.take(box.says(document))

    (row,) = stored(working, box)
    assert outcomes == [ACCEPTED]
    assert (row.at, row.received_at, row.is_suspect) == (said_at, NOON, False)
    assert row.kind == "telemetry"
    assert row.document == {"values": {"rpm": 1480, "on": True}, "meta": {"fw": "1"}}
    assert gateway.woken == [box.tenant_id]


def test_a_message_that_comes_again_is_stored_once(
    gateway: Gateway, box: Box, working: Working
) -> None:
    batch = [box.measures(n, at=NOON + n * SECOND) for n in range(50)]

    for _ in range(3):
        gateway.take(*batch)
        gateway.restart()

    rows = stored(working, box)
    assert [row.document["values"]["temperature"] for row in rows] == list(range(50))


def test_a_repeat_within_a_batch_is_stored_once(
    gateway: Gateway, box: Box, working: Working
) -> None:
    message = box.measures(1)

    gateway.take(message, message._replace(is_duplicate=True))

    assert len(stored(working, box)) == 1


def test_two_devices_that_say_the_same_are_two_readings(
    gateway: Gateway, platform: Platform, tenant: Tenant, working: Working
) -> None:
    one, other = a_box(platform, tenant), a_box(platform, tenant)

    gateway.take(one.measures(1), other.measures(1))

    assert (len(stored(working, one)), len(stored(working, other))) == (1, 1)


def test_a_sequence_number_names_a_reading_for_ever(
    gateway: Gateway, box: Box, working: Working
) -> None:
    document = {"seq": 7, "boot": "b1", "values": {"t": 1}}

    gateway.take(box.says(document), box.says(document | {"seq": 8}))
    gateway.take(box.says(document, at=NOON + dt.timedelta(days=3)))

    assert len(stored(working, box)) == 2


def test_equal_contents_are_different_readings_unless_the_sender_repeats_itself(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(box.says({"t": 20}))
    gateway.take(box.says({"t": 20}, at=NOON + SECOND))
    gateway.restart()
    gateway.take(box.says({"t": 20}, at=NOON + 2 * SECOND, is_duplicate=True))
    gateway.take(box.says({"t": 21}, at=NOON + 2 * SECOND, is_duplicate=True))

    assert [row.document["values"]["t"] for row in stored(working, box)] == [20, 20, 21]


def test_two_alike_that_were_under_way_together_are_both_kept_when_they_come_again(
    gateway: Gateway, box: Box, working: Working
) -> None:
    first, second = (
        box.says({"code": "E1"}, channel="event", is_duplicate=True)._replace(packet_id=number)
        for number in (b"\0\1", b"\0\2")
    )

    gateway.take(first._replace(is_duplicate=False))
    gateway.take(*(message._replace(received_at=NOON + SECOND) for message in (first, second)))
    gateway.take(*(message._replace(received_at=NOON + 2 * SECOND) for message in (first, second)))

    assert len(stored(working, box)) == 2


def test_a_repeat_a_day_later_is_a_new_reading(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(box.says({"t": 20}))
    gateway.take(box.says({"t": 20}, at=NOON + dt.timedelta(hours=25), is_duplicate=True))

    assert len(stored(working, box)) == 2


def test_equal_contents_read_at_one_instant_are_all_kept_and_not_doubled_by_a_retry(
    gateway: Gateway, box: Box, working: Working
) -> None:
    batch = [box.says({"t": 20}), box.says([{"t": 20}, {"t": 20}])]

    gateway.take(*batch)
    gateway.take(*batch)

    assert len(stored(working, box)) == 3


def test_a_wrong_clock_is_overruled_and_marked(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(box.says({"ts": 0, "values": {"t": 1}}))

    (row,) = stored(working, box)
    assert (row.at, row.is_suspect) == (NOON, True)


def test_a_late_reading_keeps_its_time(gateway: Gateway, box: Box, working: Working) -> None:
    gateway.take(box.measures(1, at=NOON, is_duplicate=False)._replace(received_at=NOON + HOUR))

    (row,) = stored(working, box)
    assert (row.at, row.is_suspect, row.document["late"]) == (NOON, False, True)


def slow_clock(box: Box, number: int) -> Any:
    """A reading every ten minutes from a clock that is seven minutes behind."""
    at = NOON + number * dt.timedelta(minutes=10)
    return box.measures(number, at=at - dt.timedelta(minutes=7))._replace(received_at=at)


def test_what_is_known_of_a_clock_survives_a_restart(
    gateway: Gateway, box: Box, working: Working
) -> None:
    for number in range(60):
        gateway.take(slow_clock(box, number))
        if number % 8 == 7:
            gateway.restart()

    rows = stored(working, box)
    assert not rows[0].is_suspect
    assert rows[-1].is_suspect
    assert rows[-1].at == rows[-1].received_at


def test_what_was_rolled_back_taught_nothing(
    gateway: Gateway, box: Box, platform: Platform
) -> None:
    gateway.take(*(slow_clock(box, number) for number in range(10)))

    with refusing(platform, "reading", of_tenant(box)):
        gateway.take(slow_clock(box, 10))

    known = gateway.ingest._clocks._known[box.id]
    assert known is not None
    assert known.samples == 10


def test_a_message_that_is_no_reading_is_kept_once(
    gateway: Gateway, box: Box, working: Working
) -> None:
    message = box.says(b"\xffnot json")

    outcomes = gateway.take(message, box.measures(1))
    gateway.take(message)
    gateway.take(message._replace(received_at=NOON + SECOND, is_duplicate=True))

    with working() as session:
        (letter,) = letters_of(session, box.id)
        assert outcomes == [REFUSED, ACCEPTED]
        assert (letter.code, letter.payload) == ("not-json", b"\xffnot json")
        assert (letter.occurrences, letter.received_at) == (2, NOON)
        assert letter.last_received_at == NOON + SECOND
        assert len(readings_of(session, box.id)) == 1


def test_who_speaks_under_a_foreign_topic_is_refused_counted_and_kept(
    gateway: Gateway, box: Box, platform: Platform, tenant: Tenant, working: Working
) -> None:
    other = a_box(platform, tenant)
    topic = f"truckroll/v1/{other.slug}/{other.name}/telemetry"
    forged = box.says({"t": 1}, topic=topic, kind=MessageKind.FORBIDDEN)

    outcomes = gateway.take(forged, forged)

    with working() as session:
        assert outcomes == [Outcome.NOT_AUTHORISED] * 2
        assert readings_of(session, other.id) == []
        assert presence(session, box).forbidden_count == 2
        assert [letter.topic for letter in letters_of(session, box.id)] == [topic]


def test_who_is_connected_is_kept(gateway: Gateway, box: Box, working: Working) -> None:
    gateway.take(box.says(b"", kind=MessageKind.ONLINE))
    with working() as session:
        assert presence(session, box).is_online

    gateway.take(
        box.says(b"", kind=MessageKind.ONLINE, at=NOON + SECOND),
        box.says(b"", kind=MessageKind.OFFLINE, at=NOON + 2 * SECOND),
    )

    with working() as session:
        found = presence(session, box)
        assert (found.is_online, found.online_changed_at) == (False, NOON + 2 * SECOND)


def test_a_gateway_speaks_for_the_devices_under_its_asset_only(
    gateway: Gateway, platform: Platform, tenant: Tenant, working: Working
) -> None:
    with unit_of_work(platform, tenant.id) as session:
        head = make_box(session, tenant)
        site_id = assets.get_asset(session, head.asset_id).site_id
        child = make_box(session, tenant, parent_id=head.asset_id, site_id=site_id)
        stranger = make_box(session, tenant)
    document = {name: [{"t": 1}] for name in (child.name, stranger.name, "nobody", head.name)}

    outcomes = gateway.take(
        head.says(document, topic="v1/gateway/telemetry"),
        head.says({child.name: {"t": 2}}, topic="v1/gateway/telemetry"),
        head.says({"nobody": {"t": 3}}, topic="v1/gateway/telemetry"),
    )

    with working() as session:
        assert outcomes == [Outcome.NOT_AUTHORISED, ACCEPTED, ACCEPTED]
        assert [r.document["values"]["t"] for r in readings_of(session, child.id)] == [1, 2]
        assert [r.document["values"]["t"] for r in readings_of(session, head.id)] == [1]
        assert readings_of(session, stranger.id) == []
        codes = sorted(letter.code for letter in letters_of(session, head.id))
        assert codes == ["device-not-yours", "device-unknown", "device-unknown"]
        assert presence(session, head).forbidden_count == 1


def test_two_tenants_in_one_batch_get_their_own(
    gateway: Gateway, platform: Platform, tenant: Tenant
) -> None:
    others = make_tenant(platform)
    box, other = a_box(platform, tenant), a_box(platform, others)

    gateway.take(*(m for n in range(5) for m in (box.measures(n), other.measures(n))))

    for one in (box, other):
        with unit_of_work(platform, one.tenant_id, write=False) as session:
            rows = readings_of(session, one.id)
            assert {row.tenant_id for row in rows} == {one.tenant_id}
            assert len(rows) == 5
            assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert set(gateway.woken) == {tenant.id, others.id}
