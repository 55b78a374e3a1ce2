"""The packets as bytes: what is read is what was meant, and nonsense is refused, never a crash."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.mqtt import codec
from iot_gateway.mqtt.fields import MAX_VARINT, Property, encode_properties, find_varint, varint
from iot_gateway.mqtt.framing import Header, packet_type, read_header
from iot_gateway.mqtt.publish import FLAGS, Publish, encode_publish, read_publish, topic_name
from iot_gateway.mqtt.reasons import PacketRefused, Reason
from tests.iot_gateway.mqtt import device
from tests.iot_gateway.mqtt.device import V3, V5

LIMIT = 70_000
topics = st.text(st.characters(codec="utf-8", exclude_characters="\0+#"), min_size=1)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
versions = st.sampled_from([V3, V5])


def header_of(packet: bytes) -> Header:
    header = read_header(packet, 0, LIMIT)
    assert header is not None
    return header


@given(st.integers(0, MAX_VARINT))
def test_a_variable_byte_integer_reads_back(value: int) -> None:
    assert find_varint(varint(value), 0) == (value, len(varint(value)))


def test_a_variable_byte_integer_of_five_bytes_is_malformed() -> None:
    with pytest.raises(PacketRefused):
        find_varint(b"\x80\x80\x80\x80\x01", 0)


@given(
    topic=topics,
    payload=st.binary(max_size=300),
    qos=st.integers(0, 1),
    version=versions,
    is_retained=st.booleans(),
)
def test_a_publish_reads_back(
    topic: str, payload: bytes, qos: int, version: int, *, is_retained: bool
) -> None:
    publish = Publish(topic=topic, payload=payload, qos=qos, packet_id=7, is_retained=is_retained)

    packet = encode_publish(publish, version)

    header = header_of(packet)
    raw = read_publish(packet, header, version)
    assert (topic_name(raw.topic), raw.payload) == (topic, payload)
    assert raw.packet_id == (b"\0\x07" if qos else b"")
    assert FLAGS[header.first & 0x0F] == (qos, False, is_retained)


@given(versions, texts, texts, st.binary(max_size=40), st.integers(0, 65535), topics)
def test_a_connect_reads_back(  # noqa: PLR0917 - the fields of the packet
    version: int, client_id: str, username: str, password: bytes, keep_alive: int, topic: str
) -> None:
    packet = device.connect(
        version, client_id, username, password, (topic, password), keep_alive=keep_alive
    )

    connect = codec.read_connect(packet, header_of(packet))

    assert (connect.version, connect.client_id, connect.keep_alive_seconds) == (
        version, client_id, keep_alive,
    )  # fmt: skip
    assert (connect.username, connect.password) == (username, password)
    assert connect.will is not None
    assert (connect.will.topic, connect.will.payload, connect.will.qos) == (topic, password, 1)


@given(st.integers(1, 65535), st.integers(1, 2**32 - 1), st.binary(max_size=20))
def test_properties_read_back(window: int, size: int, token: bytes) -> None:
    properties = encode_properties(
        {
            Property.RECEIVE_MAXIMUM: window,
            Property.MAXIMUM_PACKET_SIZE: size,
            Property.SESSION_EXPIRY: 0,
        }
    )
    packet = device.connect(V5, password=token, properties=properties[1:])

    connect = codec.read_connect(packet, header_of(packet))

    assert connect.properties == {
        Property.RECEIVE_MAXIMUM: window,
        Property.MAXIMUM_PACKET_SIZE: size,
        Property.SESSION_EXPIRY: 0,
    }


def read_anything(packet: bytes, version: int) -> None:
    """Read bytes as every packet the endpoint knows."""
    with suppress(PacketRefused):
        header = read_header(packet, 0, LIMIT)
        if header is not None and header.end <= len(packet):
            read_body(packet, header, version)


def read_body(packet: bytes, header: Header, version: int) -> None:
    readers = (
        lambda: packet_type(header.first),
        lambda: topic_name(read_publish(packet, header, version).topic),
        lambda: codec.read_connect(packet, header),
        lambda: codec.read_subscribe(packet, header, version),
        lambda: codec.read_unsubscribe(packet, header, version),
        lambda: codec.read_puback(packet, header, version),
        lambda: codec.read_disconnect(packet, header, version),
    )
    for reader in readers:
        with suppress(PacketRefused):
            reader()


@given(st.binary(max_size=200), versions)
def test_any_bytes_are_a_packet_or_refused(noise: bytes, version: int) -> None:
    read_anything(noise, version)


@given(st.integers(0, 255), st.binary(max_size=120), versions)
def test_any_body_behind_a_true_length_is_a_packet_or_refused(
    first: int, body: bytes, version: int
) -> None:
    read_anything(device.packet(first, body), version)


VALID = [
    *(device.connect(version, will=("a/b", b"gone")) for version in (V3, V5)),
    device.connect(V5, properties=b"\x21\0\x05\x26\0\x01a\0\x01b"),
    *(device.publish(version=version, payload=b"12345") for version in (V3, V5)),
    device.publish(version=V5, properties=b"\x02\0\0\0\x05\x03\0\x01j"),
    *(device.subscribe("a/+", version=version) for version in (V3, V5)),
    *(device.unsubscribe("a/+", version=version) for version in (V3, V5)),
]


@given(st.sampled_from(VALID), st.data())
def test_a_packet_with_changed_bytes_is_a_packet_or_refused(
    packet: bytes, data: st.DataObject
) -> None:
    changed = bytearray(packet)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))

    for version in (V3, V5):
        read_anything(bytes(changed), version)


@pytest.mark.parametrize("packet", VALID)
def test_a_packet_cut_short_with_its_length_corrected_is_a_packet_or_refused(
    packet: bytes,
) -> None:
    body = packet[2:]
    for size in range(len(body)):
        for version in (V3, V5):
            read_anything(device.packet(packet[0], body[:size]), version)


def read_topic(packet: bytes, version: int) -> str:
    return topic_name(read_publish(packet, header_of(packet), version).topic)


@pytest.mark.parametrize(
    ("packet", "version", "reason"),
    [
        (device.publish(flags=0x04, packet_id=None), V3, Reason.QOS_NOT_SUPPORTED),
        (device.publish(flags=0x06, packet_id=None), V3, Reason.MALFORMED_PACKET),
        (device.publish(flags=0x08, packet_id=None), V3, Reason.MALFORMED_PACKET),
        (device.publish(packet_id=0), V3, Reason.PROTOCOL_ERROR),
        (device.publish(topic=""), V3, Reason.TOPIC_NAME_INVALID),
        (device.publish(topic="a/+/b"), V3, Reason.TOPIC_NAME_INVALID),
        (device.publish(topic="a/#"), V3, Reason.TOPIC_NAME_INVALID),
        (device.publish(topic="a\0b"), V3, Reason.MALFORMED_PACKET),
        (device.packet(0x30, b"\0\x02\xff\xfe"), V3, Reason.MALFORMED_PACKET),
        (device.packet(0x30, b"\0\x03\xed\xa0\x80"), V3, Reason.MALFORMED_PACKET),
        (device.packet(0x30, b"\0\x09ab"), V3, Reason.MALFORMED_PACKET),
        (device.packet(0x30, b"\0"), V3, Reason.MALFORMED_PACKET),
        (device.publish(version=V5, properties=b"\x23\0\x01"), V5, Reason.TOPIC_ALIAS_INVALID),
        (device.publish(version=V5, properties=b"\x0b\x01"), V5, Reason.PROTOCOL_ERROR),
        (device.publish(version=V5, properties=b"\x01\0\x01\0"), V5, Reason.PROTOCOL_ERROR),
        (device.publish(version=V5, properties=b"\x11\0\0\0\0"), V5, Reason.MALFORMED_PACKET),
        (device.publish(version=V5, properties=b"\x7f"), V5, Reason.MALFORMED_PACKET),
    ],
)
def test_a_bad_publish_is_refused_for_its_reason(
    packet: bytes, version: int, reason: Reason
) -> None:
    with pytest.raises(PacketRefused) as refused:
        read_topic(packet, version)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (device.connect(3, name=b"MQIsdp"), Reason.UNSUPPORTED_PROTOCOL_VERSION),
        (device.connect(3), Reason.UNSUPPORTED_PROTOCOL_VERSION),
        (device.connect(6), Reason.UNSUPPORTED_PROTOCOL_VERSION),
        (device.connect(name=b"HTTP"), Reason.MALFORMED_PACKET),
        (device.connect(flags=0x01), Reason.MALFORMED_PACKET),
        (device.connect(flags=0x20), Reason.MALFORMED_PACKET),
        (device.connect(username=None), Reason.MALFORMED_PACKET),
        (device.connect(will=("a/#", b"")), Reason.TOPIC_NAME_INVALID),
        (device.connect(V5, properties=b"\x15\0\x01x"), Reason.BAD_AUTHENTICATION_METHOD),
        (device.connect(V5, properties=b"\x21\0\0"), Reason.PROTOCOL_ERROR),
        (device.connect() [:-1] + b"\0\0", Reason.MALFORMED_PACKET),
    ],
)  # fmt: skip
def test_a_bad_connect_is_refused_for_its_reason(packet: bytes, reason: Reason) -> None:
    with pytest.raises(PacketRefused) as refused:
        codec.read_connect(packet, Header(packet[0], 2, len(packet)))

    assert refused.value.reason == reason


def test_a_length_over_the_limit_is_refused_before_the_body_arrives() -> None:
    with pytest.raises(PacketRefused) as refused:
        read_header(b"\x30" + varint(LIMIT + 1), 0, LIMIT)

    assert refused.value.reason == Reason.PACKET_TOO_LARGE


@pytest.mark.parametrize("first", [0x00, 0x11, 0x80, 0x83, 0xA0, 0xC1, 0xE2])
def test_reserved_types_and_flags_are_malformed(first: int) -> None:
    with pytest.raises(PacketRefused):
        packet_type(first)
