"""The ingest when the database fails or refuses, and when devices talk nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iot_gateway.models import DevicePresence
from iot_gateway.mqtt import MessageKind, Outcome
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
    readings_of,
)
from tests.iot_gateway.refusals import refusing
from tests.platforms import make_tenant

Working = Callable[..., Any]
ACCEPTED, REFUSED = Outcome.ACCEPTED, Outcome.PAYLOAD_INVALID
TEXTS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
READING = st.fixed_dictionaries(
    {"values": st.dictionaries(TEXTS, JSON, max_size=4)},
    optional={
        "ts": st.integers(-(2**40), 2**60) | st.floats(0, 1e13),
        "seq": st.integers(-1, 2**70),
        "boot": TEXTS,
        "mid": TEXTS | st.integers(),
        "meta": JSON,
        "code": TEXTS,
        "text": TEXTS,
    },
)


def of_tenant(box: Box) -> str:
    """The condition that a row is of the tenant of ``box``, as either database writes it."""
    return f"replace(cast(new.tenant_id as text), '-', '') = '{box.tenant_id.hex}'"


def presence(session: Any, box: Box) -> DevicePresence:
    found: DevicePresence = session.get_one(DevicePresence, box.id)
    return found


def test_a_batch_that_failed_half_way_goes_on_and_loses_and_doubles_nothing(
    gateway: Gateway, platform: Platform, tenant: Tenant, working: Working
) -> None:
    others = make_tenant(platform)
    box, other = a_box(platform, tenant), a_box(platform, others)
    batch = [
        box.says({"t": 1}),
        box.says({"t": 1}, kind=MessageKind.FORBIDDEN),
        box.says(b"no json"),
        other.says({"t": 1}),
    ]

    with refusing(platform, "reading", of_tenant(other), is_away=True):
        for _ in range(3):
            with pytest.raises(Exception, match=r"Too many writes|malformed"):
                gateway.take(*batch)
    gateway.take(*batch)

    with working() as session:
        assert len(readings_of(session, box.id)) == 1
        assert presence(session, box).forbidden_count == 1
        assert [letter.occurrences for letter in letters_of(session, box.id)] == [1, 1]
    with unit_of_work(platform, others.id, write=False) as session:
        assert len(readings_of(session, other.id)) == 1


def test_a_message_the_database_refuses_does_not_stop_the_others(
    gateway: Gateway, platform: Platform, box: Box, working: Working
) -> None:
    batch = [box.measures(n, at=NOON + n * SECOND) for n in range(40)]

    with refusing(platform, "reading", 'new.document = \'{"values":{"temperature":13}}\''):
        outcomes = gateway.take(*batch)

    with working() as session:
        values = [r.document["values"]["temperature"] for r in readings_of(session, box.id)]
        (letter,) = letters_of(session, box.id)
        assert (letter.code, letter.payload) == ("not-storable", batch[13].payload)
    assert values == [n for n in range(40) if n != 13]
    assert outcomes == [REFUSED if n == 13 else ACCEPTED for n in range(40)]


def test_when_the_database_refuses_everything_nothing_is_taken_for_stored(
    gateway: Gateway, platform: Platform, box: Box
) -> None:
    with (
        refusing(platform, "reading", of_tenant(box)),
        refusing(platform, "dead_letter", of_tenant(box)),
        pytest.raises(Exception, match="refused by the test"),
    ):
        gateway.take(box.measures(1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    documents=st.lists(READING | JSON, min_size=1, max_size=20),
    channel=st.sampled_from(["telemetry", "event", "state"]),
)
def test_whatever_a_device_says_is_kept_as_a_reading_or_as_it_came(
    gateway: Gateway, box: Box, documents: list[Any], channel: str
) -> None:
    payloads = [json.dumps(document).encode() for document in documents]

    outcomes = gateway.take(*(box.says(payload, channel=channel) for payload in payloads))
    gateway.evaluate(box)

    assert set(outcomes) <= {ACCEPTED, REFUSED}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(payload=st.binary(max_size=200), topic=st.text(max_size=40).filter(str.isprintable))
def test_bytes_under_any_topic_block_nothing(
    gateway: Gateway, box: Box, payload: bytes, topic: str
) -> None:
    outcomes = gateway.take(box.says(payload, topic=topic), box.says({"t": 1}))

    assert outcomes[1] is ACCEPTED
