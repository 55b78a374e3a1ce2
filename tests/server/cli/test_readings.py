"""Readings for a replay: read from a folder, made up, and put into messages."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cli import readings
from server.cli.readings import Sample, SourceRefused

TELEMETRY = """datetime,machineID,volt,rotate,pressure,vibration
2015-01-01 06:00:00,1,176.2,418.5,113.0,45.0
2015-01-01 07:00:00,1,162.8,402.7,95.4,43.4
2015-01-01 06:00:00,2,170.0,450.0,100.0,40.0
"""
ERRORS = """datetime,machineID,errorID
2015-01-01 07:00:00,1,error1
2015-01-01 06:00:00,99,error3
"""
SIX = dt.datetime(2015, 1, 1, 6, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "telemetry.csv.gz", "wt") as file:
        file.write(TELEMETRY)
    (tmp_path / "errors.csv").write_text(ERRORS)
    return tmp_path


def test_a_folder_is_read_in_order_of_time(folder: Path) -> None:
    samples = list(readings.from_folder(folder))

    assert [(s.at.hour, s.machine, s.code) for s in samples] == [
        (6, "1", ""),
        (6, "2", ""),
        (7, "1", ""),
        (7, "1", "error1"),
    ]
    assert samples[0].values == {
        "volt": 176.2,
        "rotate": 418.5,
        "pressure": 113.0,
        "vibration": 45.0,
    }


def test_only_the_named_machines_are_read(folder: Path) -> None:
    assert {sample.machine for sample in readings.from_folder(folder, ("2",))} == {"2"}


@pytest.mark.parametrize(
    "text", ["", "datetime,machineID\n2015-01-01,1\n", TELEMETRY.replace("176.2", "many")]
)
def test_a_folder_that_holds_something_else_is_refused(folder: Path, text: str) -> None:
    (folder / "telemetry.csv.gz").unlink()
    (folder / "telemetry.csv").write_text(text + "x,y\n" if text else "\x00\n\x00\n")

    with pytest.raises(SourceRefused, match="does not hold readings"):
        list(readings.from_folder(folder))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=r"telemetry\.csv"):
        readings.from_folder(tmp_path)


@given(hours=st.integers(min_value=2, max_value=500), seed=st.integers())
def test_made_up_machines_are_in_order_and_each_fails(hours: int, seed: int) -> None:
    samples = list(readings.made_up(("1", "2"), hours, seed=seed))

    assert all(a.at <= b.at for a, b in itertools.pairwise(samples))
    assert sum(1 for sample in samples if sample.values) == 2 * hours
    assert {sample.machine for sample in samples if sample.code} == {"1", "2"}


def test_made_up_machines_are_the_same_every_time() -> None:
    first, second = (list(readings.made_up(("1",), 48)) for _ in range(2))

    assert first == second


def test_a_fault_shows_in_its_metric_before_its_code() -> None:
    samples = list(readings.made_up(("1",), 400))
    (failed, *_) = (sample for sample in samples if sample.code)
    metric, spreads = readings.FAULTS[failed.code]
    mean, spread = readings.HEALTHY[metric]

    day = [
        sample.values[metric]
        for sample in samples
        if sample.values and failed.at - dt.timedelta(hours=24) <= sample.at <= failed.at
    ]

    assert abs(sum(day) / len(day) - (mean + spreads * spread)) < spread


def test_a_message_carries_both_times() -> None:
    at = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
    sample = Sample(SIX, "1", {"volt": 1.5})

    message = readings.message_of(sample, at=at, seq=3, boot="b", speed=60.0)

    assert message == {
        "ts": 1795341600000,
        "seq": 3,
        "boot": "b",
        "values": {"volt": 1.5},
        "meta": {"source_at": "2015-01-01T06:00:00+00:00", "speed": 60.0},
    }


def test_an_error_becomes_an_event() -> None:
    message = readings.message_of(
        Sample(SIX, "1", code="error2"), at=SIX, seq=1, boot="b", speed=1.0
    )

    assert (message["code"], "values" in message) == ("error2", False)


def test_the_public_sample_can_be_read() -> None:
    data = Path(os.environ.get("TRUCKROLL_TEST_DATA", "../shared/data")) / "iot/azure_pdm"
    if not data.is_dir():
        pytest.skip("the public data is not here")

    samples = list(readings.from_folder(data, ("1", "2")))

    assert sum(1 for sample in samples if sample.values) == 2 * 2160
    assert {sample.code for sample in samples} >= {"error1", "error2", "error3"}
