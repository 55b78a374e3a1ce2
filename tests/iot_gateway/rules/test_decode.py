"""Payloads: every accepted shape, every refusal, and keys that tell readings apart."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.rules import (
    Fault,
    KeyKind,
    Reading,
    ReadingKind,
    ReadingRefused,
    Severity,
    decode,
)

OWN = "truckroll/v1/acme/p7/telemetry"
FAULT = "truckroll/v1/acme/p7/event"
ME = "v1/devices/me/telemetry"
TS = 1_763_800_000_000
AT = datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)


def decode_one(document: Any, topic: str = OWN) -> Reading:
    [reading] = decode(topic, orjson.dumps(document))
    return reading


def test_an_own_reading_carries_everything_the_device_said() -> None:
    reading = decode_one({
        "ts": TS, "seq": 5, "boot": "b1", "values": {"rpm": 1450.5}, "meta": {"fw": "2"},
    })  # fmt: skip

    assert (reading.kind, reading.device, reading.device_at) == (ReadingKind.TELEMETRY, "p7", AT)
    assert (reading.values, reading.meta) == ({"rpm": 1450.5}, {"fw": "2"})
    assert reading.key_kind is KeyKind.SEQUENCE
    assert -(2**63) <= reading.key < 2**63


def test_milliseconds_are_exact() -> None:
    assert decode_one({"ts": TS + 123, "values": {}}).device_at == AT.replace(microsecond=123_000)


@pytest.mark.parametrize("topic", [OWN, ME])
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"a": 1}, [(None, {"a": 1})]),
        ({"ts": TS, "values": {"a": 1}}, [(AT, {"a": 1})]),
        ([{"a": 1}, {"ts": TS, "values": {"a": 2}}], [(None, {"a": 1}), (AT, {"a": 2})]),
        ({}, [(None, {})]),
    ],
)
def test_both_conventions_take_bare_timed_and_listed_readings(
    topic: str, document: Any, expected: list[Any]
) -> None:
    readings = decode(topic, orjson.dumps(document))

    assert [(reading.device_at, reading.values) for reading in readings] == expected
    assert {reading.device for reading in readings} == {"p7" if topic == OWN else None}


def test_a_gateway_speaks_for_its_children_by_name() -> None:
    document = {"A": [{"ts": TS, "values": {"t": 1}}, {"t": 2}], "B": [{"t": 3}]}

    readings = decode("v1/gateway/telemetry", orjson.dumps(document))

    assert [(reading.device, reading.values["t"]) for reading in readings] == [
        ("A", 1), ("A", 2), ("B", 3),
    ]  # fmt: skip


def test_a_fault_has_code_severity_and_text() -> None:
    reading = decode_one(
        {"ts": TS, "code": "E42", "severity": "critical", "text": "seal leaks"}, FAULT
    )

    assert reading.fault == Fault("E42", Severity.CRITICAL, "seal leaks")
    assert decode_one({"code": 7}, FAULT).fault == Fault("7", Severity.WARNING, "")


@pytest.mark.parametrize("word", ["awful", "Critical", 4, None, [], {"level": 9}])
def test_a_fault_is_believed_whatever_word_it_has_for_its_severity(word: object) -> None:
    reading = decode_one({"code": "E42", "severity": word}, FAULT)

    assert reading.fault == Fault("E42", Severity.WARNING, "")
    assert reading.meta == {"severity": word}


def test_fields_that_are_not_known_are_kept() -> None:
    assert decode_one({"values": {}, "battery": 3}).meta == {"battery": 3}


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        (OWN, b"", "not-json"),
        (OWN, b"{", "not-json"),
        (OWN, b"\xff\xfe", "not-json"),
        (OWN, b'{"a": NaN}', "not-json"),
        (OWN, b'{"a": 1e999}', "not-json"),
        (OWN, b'{"a": "\\ud800"}', "not-json"),
        (OWN, b'{"a": "x\\u0000"}', "nul-character"),
        (OWN, b'{"a\\\\\\u0000": 1}', "nul-character"),
        (OWN, b"[" * 3000 + b"]" * 3000, "not-json"),
        (OWN, b" " * 65_537, "payload-too-large"),
        (OWN, b"5", "wrong-shape"),
        (OWN, b"[5]", "wrong-shape"),
        (OWN, b"[]", "too-many-readings"),
        (OWN, orjson.dumps([{}] * 1001), "too-many-readings"),
        ("v1/gateway/telemetry", orjson.dumps({"A": [{}] * 600, "B": [{}] * 600}),
         "too-many-readings"),
        ("v1/gateway/telemetry", b"[]", "wrong-shape"),
        ("v1/gateway/telemetry", b'{"": [{}]}', "name-invalid"),
        (OWN, orjson.dumps({str(n): n for n in range(257)}), "too-many-keys"),
        (OWN, orjson.dumps({"a": {str(n): n for n in range(256)}}), "too-many-keys"),
        (OWN, orjson.dumps({"a": list(range(256))}), "too-many-keys"),
        (OWN, b'{"a": {"b": {"c": {"d": 1}}}}', ""),
        (OWN, b'{"a": {"b": {"c": {"d": {}}}}}', "too-deep"),
        (OWN, b'{"a": [[[[]]]]}', "too-deep"),
        (OWN, b'{"": 1}', "name-invalid"),
        (OWN, b'{"a": {"": 1}}', "name-invalid"),
        (OWN, orjson.dumps({"n" * 129: 1}), "name-invalid"),
        (OWN, orjson.dumps({"a": "x" * 4097}), "text-too-long"),
        (OWN, b'{"ts": 5, "a": 1}', "values-missing"),
        (OWN, b'{"ts": "now", "values": {}}', "time-invalid"),
        (OWN, b'{"ts": true, "values": {}}', "time-invalid"),
        (OWN, b'{"ts": -1, "values": {}}', "time-invalid"),
        (OWN, b'{"ts": 1e30, "values": {}}', "time-invalid"),
        (OWN, b'{"seq": -1, "values": {}}', "sequence-invalid"),
        (OWN, b'{"seq": "5", "values": {}}', "sequence-invalid"),
        (OWN, b'{"seq": 1, "boot": [], "values": {}}', "sequence-invalid"),
        (OWN, b'{"values": {}, "meta": 3}', "wrong-shape"),
        (OWN, b'{"values": {}, "meta": {"a": {"b": {"c": {"d": {}}}}}}', "too-deep"),
        (FAULT, b'{"severity": "major"}', "fault-code-missing"),
        (FAULT, b'{"code": true}', "fault-code-missing"),
        (FAULT, b'{"code": "E", "text": 3}', "text-too-long"),
        (FAULT, b'{"code": "E", "values": 3}', "wrong-shape"),
        ("truckroll/v1/acme/p7/cmd", b"{}", "topic-unknown"),
    ],
)  # fmt: skip
def test_a_payload_that_is_no_reading_is_refused_by_a_stable_code(
    topic: str, payload: bytes, code: str
) -> None:
    refused = ""
    try:
        decode(topic, payload)
    except ReadingRefused as refusal:
        refused = refusal.code

    assert refused == code


def test_text_about_nul_is_no_nul() -> None:
    assert decode(OWN, b'{"a": "\\\\u0000"}')[0].values == {"a": "\\u0000"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)
fields = st.sampled_from(["ts", "seq", "mid", "boot", "values", "meta", "code", "severity", "x"])


@given(
    st.sampled_from([OWN, FAULT, ME, "v1/gateway/telemetry", "v1/devices/me/attributes"]),
    st.binary(max_size=100)
    | st.one_of(json_values, st.dictionaries(fields, json_values)).map(
        lambda document: orjson.dumps(document, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
        if _is_dumpable(document) else b""
    ),
)  # fmt: skip
def test_any_payload_is_readings_that_can_be_stored_or_refused(topic: str, payload: bytes) -> None:
    readings: list[Reading] = []
    with suppress(ReadingRefused):
        readings = decode(topic, payload)

    for reading in readings:
        stored = orjson.dumps([reading.values, reading.meta])
        assert b"NaN" not in stored
        assert b"\\u0000" not in stored.replace(b"\\\\", b"")


def _is_dumpable(document: Any) -> bool:
    try:
        orjson.dumps(document)
    except TypeError:
        return False
    return True


readings_said = st.fixed_dictionaries(
    {"values": st.dictionaries(st.sampled_from("abc"), st.integers(0, 2))},
    optional={"ts": st.integers(0, 2), "seq": st.integers(0, 2), "boot": st.sampled_from("xy")},
)


@given(readings_said, readings_said)
def test_two_readings_share_a_key_exactly_when_they_say_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (decode_one(one).key == decode_one(other).key) == (one == other)


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"values": {}, "seq": 1, "boot": 1}, KeyKind.SEQUENCE),
        ({"values": {}, "mid": "m"}, KeyKind.SEQUENCE),
        ({"values": {}, "ts": 1, "seq": 1}, KeyKind.TIME),
        ({"values": {}, "ts": 1}, KeyKind.TIME),
        ({"values": {}, "seq": 1}, KeyKind.CONTENT),
        ({"a": 1}, KeyKind.CONTENT),
    ],
)
def test_a_key_says_how_far_it_can_be_trusted(document: Any, kind: KeyKind) -> None:
    assert decode_one(document).key_kind is kind


def test_the_order_of_the_fields_does_not_matter() -> None:
    assert decode(OWN, b'{"a":1,"b":2}')[0].key == decode(OWN, b'{"b": 2, "a": 1}')[0].key
