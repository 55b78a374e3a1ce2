"""What a payload says: topic and bytes in, readings out, or a refusal with a stable code.

Accepts the platform's own JSON and that of the ThingsBoard device and gateway API.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from iot_gateway.rules.topics import Address, ReadingKind, address_of

MAX_PAYLOAD_BYTES = 64 * 1024
MAX_KEYS = 256
MAX_DEPTH = 4
MAX_READINGS = 1000
MAX_NAME_LENGTH = 128
MAX_TEXT_LENGTH = 4096
_LAST_MILLISECOND = 253_402_300_799_999  # 9999-12-31, where datetime ends
_LAST_SEQUENCE = 2**63 - 1
_ENVELOPE = frozenset({"ts", "seq", "mid", "boot", "values", "meta"})
_FAULT = _ENVELOPE | {"code", "severity", "text"}
_SCALARS = frozenset({int, float, bool, type(None)})
_NUMBERS = frozenset({int, float})
_NAMES = frozenset({int, str, type(None)})
_CONTAINERS = frozenset({dict, list})
# PostgreSQL stores no NUL; an even number of backslashes before it makes it harmless text.
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class ReadingRefused(Exception):
    """A payload that is no reading; ``code`` is stable, ``detail`` is for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Severity(StrEnum):
    """How bad a fault is, as its device says; another word, or none, is a warning."""

    INFO = "info"
    WARNING = "warning"
    MAJOR = "major"
    CRITICAL = "critical"


class KeyKind(StrEnum):
    """How far a reading's key can be trusted to name it.

    ``sequence`` and ``time`` name a reading for ever. ``content`` does not: a device that says
    ``{"temperature": 20}`` every minute means a new reading each time, so two of them are the
    same only when the sender says that it repeats itself (DUP).
    """

    SEQUENCE = "sequence"
    TIME = "time"
    CONTENT = "content"


class Fault(NamedTuple):
    """A fault as its device reports it."""

    code: str
    severity: Severity
    text: str


class Reading(NamedTuple):
    """One reading of one device.

    ``device`` is None for the device of the connection itself. ``device_at`` is what the device
    claims, or None. ``key`` is a signed 64-bit number, equal for the same reading sent again and
    to be compared within one device only. A tuple, because one is made per message.
    """

    kind: ReadingKind
    device: str | None
    device_at: datetime | None
    values: dict[str, Any]
    key: int
    key_kind: KeyKind
    meta: dict[str, Any]
    fault: Fault | None = None


# Members of an enumeration are looked up at every use, and these for every message.
_KIND_FAULT = ReadingKind.FAULT
_SEQUENCE, _TIME, _CONTENT = KeyKind.SEQUENCE, KeyKind.TIME, KeyKind.CONTENT
_NAMES_OF = {kind: kind.value for kind in ReadingKind}
_SORTED = orjson.OPT_SORT_KEYS
_BARE_ENVELOPE = _ENVELOPE - {"meta"}
_NOTHING: dict[str, Any] = {}
_new = tuple.__new__


def decode(topic: str, payload: bytes) -> list[Reading]:
    """The readings in a message; one bad reading refuses all of them.

    Whether the connection may speak for the topic is decided elsewhere.
    """
    address = address_of(topic)
    if address is None:
        raise ReadingRefused("topic-unknown", f"No reading is expected under {topic!r}.")
    document = _parse(payload)
    if type(document) is dict and not address.is_for_children:
        return [_reading(address, address.device, document)]
    if not address.is_for_children:
        return [_reading(address, address.device, item) for item in _listed(document)]
    if not isinstance(document, dict):
        raise ReadingRefused("wrong-shape", "A gateway's message names its devices.")
    readings = [
        _reading(address, _name(device), item)
        for device, items in document.items()
        for item in _listed(items)
    ]
    if len(readings) > MAX_READINGS:
        raise ReadingRefused("too-many-readings", f"At most {MAX_READINGS} in a message.")
    return readings


def _parse(payload: bytes) -> Any:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ReadingRefused("payload-too-large", f"At most {MAX_PAYLOAD_BYTES} bytes.")
    if b"\\u0000" in payload and _ESCAPED_NUL.search(payload):
        raise ReadingRefused("nul-character", "A text contains NUL.")
    try:
        # It refuses what is no finite number, no UTF-8 and half a surrogate pair.
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise ReadingRefused("not-json", str(error)) from None


def _listed(document: Any) -> Iterable[Any]:
    if not isinstance(document, list):
        return (document,)
    if not 0 < len(document) <= MAX_READINGS:
        raise ReadingRefused("too-many-readings", f"From 1 to {MAX_READINGS} in a message.")
    return document


def _reading(address: Address, device: str | None, item: Any) -> Reading:
    if not isinstance(item, dict):
        raise ReadingRefused("wrong-shape", "A reading is a JSON object.")
    kind, fault, values = address.kind, None, item.get("values")
    if kind is _KIND_FAULT:
        fault = _fault(item)
        values = item.get("values", {})
    elif type(values) is not dict:
        return _bare_reading(address, device, item)
    milliseconds = item.get("ts")
    meta = _NOTHING if item.keys() <= _BARE_ENVELOPE else _meta(item, fault)
    _check(values)
    has_name, name = _sequence(item)
    key_kind = _SEQUENCE if has_name else _TIME
    if not has_name and milliseconds is None:
        key_kind = _CONTENT
    # As the class itself would, but it is called for every message.
    return _new(
        Reading,
        (
            kind,
            device,
            None if milliseconds is None else _instant(milliseconds),
            values,
            _key(kind, name, milliseconds, fault, values),
            key_kind,
            meta,
            fault,
        ),
    )


def _bare_reading(address: Address, device: str | None, item: dict[str, Any]) -> Reading:
    """A reading without an envelope, ``{name: value}``: it tells neither time nor sequence."""
    if address.tenant_slug is not None and ("ts" in item or "values" in item):
        raise ReadingRefused("values-missing", "With a time, the values stand under 'values'.")
    _check(item)
    key = _key(address.kind, "", None, None, item)
    return Reading(address.kind, device, None, item, key, _CONTENT, _NOTHING)


def _fault(item: dict[str, Any]) -> Fault:
    text = item.get("text", "")
    code = item.get("code")
    if isinstance(code, int) and not isinstance(code, bool):
        code = str(code)
    if not isinstance(code, str) or not 0 < len(code) <= MAX_NAME_LENGTH:
        raise ReadingRefused("fault-code-missing", "A fault has a code.")
    if not isinstance(text, str) or len(text) > MAX_TEXT_LENGTH:
        raise ReadingRefused("text-too-long", f"At most {MAX_TEXT_LENGTH} characters.")
    if type(item.get("values", {})) is not dict:
        raise ReadingRefused("wrong-shape", "The values of a fault are a JSON object.")
    said = item.get("severity")
    # A real fault is not refused for a word.
    return Fault(code, next((s for s in Severity if s == said), Severity.WARNING), text)


def _meta(item: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """What a device adds; fields that are not known yet are kept, not dropped."""
    meta, known = item.get("meta"), _FAULT if fault else _ENVELOPE
    if fault and item.get("severity", fault.severity) != fault.severity:
        known -= {"severity"}  # A word of its own: it stands for a warning, and is kept.
    if meta is None and item.keys() <= known:
        return {}
    if meta is not None and type(meta) is not dict:
        raise ReadingRefused("wrong-shape", "'meta' is a JSON object.")
    added = {name: value for name, value in item.items() if name not in known}
    meta = added | (meta or {})
    _check(meta)
    return meta


def _sequence(item: dict[str, Any]) -> tuple[bool, str]:
    """Whether the device names its readings, and what it says of this one."""
    seq, mid, boot = item.get("seq"), item.get("mid"), item.get("boot")
    if type(mid) not in _NAMES or type(boot) not in _NAMES:
        raise ReadingRefused("sequence-invalid", "'mid' and 'boot' are texts or integers.")
    if seq is not None and (type(seq) is not int or not 0 <= seq <= _LAST_SEQUENCE):
        raise ReadingRefused("sequence-invalid", "'seq' is an integer from 0 on.")
    # A sequence number starts again with every boot: without a boot id it names nothing.
    has_name = mid is not None or (seq is not None and boot is not None)
    return has_name, f"{mid}/{seq}/{boot}"


def _key(
    kind: ReadingKind,
    name: str,
    milliseconds: float | None,
    fault: Fault | None,
    values: dict[str, Any],
) -> int:
    """Over everything the reading says, so that no two different readings share one."""
    reported = fault and list(fault)
    said = orjson.dumps([_NAMES_OF[kind], name, milliseconds, reported, values], None, _SORTED)
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)


def _instant(milliseconds: Any) -> datetime:
    if type(milliseconds) not in _NUMBERS or not 0 <= milliseconds <= _LAST_MILLISECOND:
        raise ReadingRefused("time-invalid", "'ts' is in milliseconds since 1970.")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _name(name: str) -> str:
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise _bad_name()
    return name


def _bad_name() -> ReadingRefused:
    return ReadingRefused("name-invalid", f"A name has 1 to {MAX_NAME_LENGTH} characters.")


def _check(values: Mapping[str, Any]) -> None:
    """Refuse values with too many keys, too deep or too long; flat numbers are the usual case."""
    if len(values) > MAX_KEYS:
        raise ReadingRefused("too-many-keys", f"At most {MAX_KEYS} keys in a reading.")
    nested = []
    for name, value in values.items():
        if not 0 < len(name) <= MAX_NAME_LENGTH:
            raise _bad_name()
        if type(value) not in _SCALARS:
            nested.append(value)
    if nested:
        _check_nested(nested, MAX_KEYS - len(values), 1)


def _check_nested(items: Iterable[Any], keys_left: int, depth: int) -> int:
    """Walk down; returns how many keys are left for the rest of the reading."""
    for item in items:
        if type(item) is str:
            if len(item) > MAX_TEXT_LENGTH:
                raise ReadingRefused("text-too-long", f"At most {MAX_TEXT_LENGTH} characters.")
        elif type(item) in _CONTAINERS:
            if depth == MAX_DEPTH:
                raise ReadingRefused("too-deep", f"At most {MAX_DEPTH} levels.")
            keys_left -= len(item)
            if keys_left < 0:
                raise ReadingRefused("too-many-keys", f"At most {MAX_KEYS} keys in a reading.")
            if type(item) is dict:
                for name in item:
                    _name(name)
            inner = item.values() if type(item) is dict else item
            keys_left = _check_nested(inner, keys_left, depth + 1)
    return keys_left
