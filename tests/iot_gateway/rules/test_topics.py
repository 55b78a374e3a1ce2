"""Topics: what they say, and who may use them."""

import pytest

from iot_gateway.rules import (
    Address,
    ReadingKind,
    address_of,
    command_topic,
    publish_prefixes,
    subscribe_filters,
)


@pytest.mark.parametrize(
    ("topic", "address"),
    [
        ("truckroll/v1/acme/p7/telemetry", Address(ReadingKind.TELEMETRY, "acme", "p7")),
        ("truckroll/v1/acme/p7/event", Address(ReadingKind.FAULT, "acme", "p7")),
        ("truckroll/v1/acme/p7/state", Address(ReadingKind.STATE, "acme", "p7")),
        ("truckroll/v1/acme/p7/cmd/ack", Address(ReadingKind.COMMAND_ACK, "acme", "p7")),
        ("v1/devices/me/telemetry", Address(ReadingKind.TELEMETRY)),
        ("v1/devices/me/attributes", Address(ReadingKind.ATTRIBUTES)),
        ("v1/devices/me/rpc/response/4", Address(ReadingKind.COMMAND_ACK)),
        ("v1/gateway/telemetry", Address(ReadingKind.TELEMETRY, is_for_children=True)),
        ("truckroll/v1/acme/p7/cmd", None),
        ("truckroll/v1/acme/p7", None),
        ("truckroll/v1//p7/telemetry", None),
        ("truckroll/v2/acme/p7/telemetry", None),
        ("v1/devices/me/claim", None),
        ("v1/gateway/connect", None),
        ("", None),
    ],
)
def test_a_topic_says_who_speaks_of_what(topic: str, address: Address | None) -> None:
    assert address_of(topic) == address


def test_only_a_gateway_speaks_for_children() -> None:
    assert "v1/gateway/" not in publish_prefixes("acme", "p7")
    assert "v1/gateway/" in publish_prefixes("acme", "p7", is_gateway=True)


def test_a_device_publishes_and_subscribes_below_its_own_name_only() -> None:
    assert publish_prefixes("acme", "p7") == ("truckroll/v1/acme/p7/", "v1/devices/me/")
    assert command_topic("acme", "p7") in subscribe_filters("acme", "p7")


@pytest.mark.parametrize("name", ["", "a/b", "+", "#", "a\0"])
def test_a_name_with_signs_of_topics_gets_no_topic(name: str) -> None:
    with pytest.raises(ValueError, match="level of a topic"):
        publish_prefixes("acme", name)
