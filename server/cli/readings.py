"""Readings to replay: from a folder in the layout of the Azure PdM sample, or made up.

Pure: files in, samples out; no network and no clock.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import heapq
import random
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

METRICS = ("volt", "rotate", "pressure", "vibration")
# Mean and standard deviation of a healthy machine, as in the public sample.
HEALTHY = {
    "volt": (170.8, 14.9),
    "rotate": (446.6, 50.0),
    "pressure": (100.9, 10.0),
    "vibration": (40.4, 5.0),
}
# What each made-up fault does to one metric, in standard deviations, before its error code.
FAULTS = {
    "error1": ("volt", 3.5),
    "error2": ("rotate", -3.5),
    "error4": ("pressure", 3.5),
    "error5": ("vibration", 3.5),
}
FAULT_HOURS = 24
HOURS_BETWEEN_FAULTS = 400
FIRST_HOUR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class SourceRefused(Exception):
    """The folder does not hold readings that can be replayed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one machine said at one instant: measured values, or an error code."""

    at: dt.datetime
    machine: str
    values: dict[str, float] = field(default_factory=dict)
    code: str = ""


def from_folder(folder: Path, machines: Collection[str] = ()) -> Iterator[Sample]:
    """The samples of a folder in order of time, of all machines or of the named ones.

    Error codes are taken only of machines that have telemetry. Raises SourceRefused.
    """
    try:
        telemetry = [
            Sample(
                at=_instant(row["datetime"]),
                machine=row["machineID"],
                values={name: float(row[name]) for name in METRICS},
            )
            for row in _rows(folder, "telemetry")
            if not machines or row["machineID"] in machines
        ]
        measured = {sample.machine for sample in telemetry}
        errors = [
            Sample(at=_instant(row["datetime"]), machine=row["machineID"], code=row["errorID"])
            for row in _rows(folder, "errors")
            if row["machineID"] in measured
        ]
    except (OSError, EOFError, KeyError, TypeError, ValueError, csv.Error) as error:
        reason = f"{type(error).__name__}: {error}"
        raise SourceRefused(f"{folder} does not hold readings: {reason}") from error
    return in_order(telemetry, errors)


def message_of(
    sample: Sample, *, at: dt.datetime, seq: int, boot: str, speed: float
) -> dict[str, Any]:
    """The message of a sample, moved to ``at``; the original instant travels along.

    So does the speed: a rule that waits an hour has to wait as much less.
    """
    message: dict[str, Any] = {
        "ts": int(at.timestamp() * 1000),
        "seq": seq,
        "boot": boot,
        "meta": {"source_at": sample.at.isoformat(), "speed": speed},
    }
    if sample.code:
        return message | {"code": sample.code, "severity": "warning", "text": sample.code}
    return message | {"values": sample.values}


def in_order(*parts: Iterable[Sample]) -> Iterator[Sample]:
    """Merge samples by time; values of the same instant come before codes."""
    order = attrgetter("at", "code", "machine")
    return heapq.merge(*(sorted(part, key=order) for part in parts), key=order)


def made_up(machines: Iterable[str], hours: int, *, seed: int = 1) -> Iterator[Sample]:
    """Hourly samples of machines that now and then fail: a day of drift, then an error code.

    The same seed gives the same samples. Every machine fails at least once in 400 hours.
    """
    return in_order(*(_life(machine, hours, seed) for machine in machines))


def _life(machine: str, hours: int, seed: int) -> Iterator[Sample]:
    rng = random.Random(f"{seed} {machine}")  # noqa: S311 - made-up readings are no secret
    period = min(hours, HOURS_BETWEEN_FAULTS)
    fault, fails_at = rng.choice(sorted(FAULTS)), rng.randrange(period // 2, period)
    for hour in range(hours):
        at = FIRST_HOUR + dt.timedelta(hours=hour)
        is_drifting = fails_at - FAULT_HOURS <= hour
        yield Sample(at, machine, _values(rng, fault if is_drifting else ""))
        if hour == fails_at:
            yield Sample(at, machine, code=fault)
            fault = rng.choice(sorted(FAULTS))
            fails_at = hour + rng.randrange(HOURS_BETWEEN_FAULTS // 2, HOURS_BETWEEN_FAULTS)


def _values(rng: random.Random, fault: str) -> dict[str, float]:
    drifting, spreads = FAULTS.get(fault, ("", 0.0))
    return {
        name: round(rng.gauss(mean + (spreads * spread if name == drifting else 0), spread), 6)
        for name, (mean, spread) in HEALTHY.items()
    }


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    with plain.open() if plain.is_file() else gzip.open(packed, "rt") as file:
        yield from csv.DictReader(file)


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
