"""The gateway's decisions: what a payload says, when it was true, whether it raises an alarm.

Pure: no Flask, SQLAlchemy, clock or network.
"""

from iot_gateway.rules.clocks import ALLOWED_LATENESS, DeviceClock, Timing, observe, settle
from iot_gateway.rules.decode import (
    MAX_PAYLOAD_BYTES,
    Fault,
    KeyKind,
    Reading,
    ReadingRefused,
    Severity,
    decode,
)
from iot_gateway.rules.series import samples_of, thinned
from iot_gateway.rules.thresholds import (
    Comparator,
    Move,
    Phase,
    RuleState,
    ThresholdRule,
    Transition,
    as_number,
    hurried,
    step,
)
from iot_gateway.rules.topics import (
    CHILDREN,
    Address,
    ReadingKind,
    address_of,
    command_topic,
    publish_prefixes,
    subscribe_filters,
)

__all__ = [
    "ALLOWED_LATENESS",
    "CHILDREN",
    "MAX_PAYLOAD_BYTES",
    "Address",
    "Comparator",
    "DeviceClock",
    "Fault",
    "KeyKind",
    "Move",
    "Phase",
    "Reading",
    "ReadingKind",
    "ReadingRefused",
    "RuleState",
    "Severity",
    "ThresholdRule",
    "Timing",
    "Transition",
    "address_of",
    "as_number",
    "command_topic",
    "decode",
    "hurried",
    "observe",
    "publish_prefixes",
    "samples_of",
    "settle",
    "step",
    "subscribe_filters",
    "thinned",
]
