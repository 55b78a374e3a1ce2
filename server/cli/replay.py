"""``truckroll replay``: let recorded or made-up machines speak, as fast as wanted."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import os
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from server.cli import fleet, readings
from server.cli.publisher import Publisher
from server.cli.readings import Sample
from server.kernel import clock, settings

HOUR_A_SECOND = 3600.0
MADE_UP_MACHINES = tuple(str(number) for number in range(1, 11))
PATIENCE_SECONDS = 120.0
MACHINE_DIGITS = 3
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--generate", "hours", type=click.IntRange(min=2), help="Make up so many hours of readings."
)
@click.option("--tokens", "tokens_file", type=FILE, help="CSV file with device,token per line.")
@click.option(
    "--issue", "is_issuing", is_flag=True, help="Make tokens in this installation's database."
)
@click.option("--tenant", default="main", show_default=True, help="Slug of the devices' tenant.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=HOUR_A_SECOND,
    show_default=True,
    help="Seconds of the source that pass in one second.",
)
@click.option(
    "--prefix", default="machine-", show_default=True, help="Machine 7 is the device PREFIX007."
)
@click.option("--machine", "machines", multiple=True, help="Only these machines.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many messages.")
@click.option("--address", help="HOST:PORT. Default: the platform's own MQTT endpoint.")
def replay(
    *,
    folder: Path | None,
    hours: int | None,
    tokens_file: Path | None,
    is_issuing: bool,
    tenant: str,
    speed: float,
    prefix: str,
    machines: tuple[str, ...],
    limit: int | None,
    address: str | None,
) -> None:
    """Publish the readings and error codes of FOLDER over MQTT.

    FOLDER holds telemetry.csv and errors.csv, also packed as .gz, in the layout of the Azure
    sample for predictive maintenance. The first sample is now and the rest follow SPEED times
    faster than they did; the original instant is kept in meta.source_at.
    """
    try:
        samples = list(itertools.islice(choose_source(folder, hours, machines), limit))
    except readings.SourceRefused as error:
        raise click.ClickException(str(error)) from error
    devices = sorted({device_of(prefix, sample) for sample in samples})
    if is_issuing:
        tokens = fleet.issue_tokens(tenant, devices)
    elif tokens_file is not None:
        tokens = read_tokens(tokens_file, devices)
    else:
        raise click.UsageError("Give --tokens FILE, or --issue.")
    publisher = Publisher(*endpoint(address))
    publisher.connect(tokens)
    began = time.monotonic()
    try:
        Replay(publisher, tenant, prefix, speed).run(samples)
        is_done = publisher.finish(PATIENCE_SECONDS)
    finally:
        publisher.close()
    seconds = time.monotonic() - began
    click.echo(f"Sent {publisher.sent} messages of {len(tokens)} devices in {seconds:.1f} s.")
    if not is_done:
        raise click.ClickException(f"{publisher.waiting} messages were never acknowledged.")


@dataclass(slots=True)
class Replay:
    """Publishes samples when their time has come; one run is one boot of every device."""

    publisher: Publisher
    tenant: str
    prefix: str
    speed: float
    boot: str = field(default_factory=lambda: secrets.token_hex(4))
    _seq: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def run(self, samples: Sequence[Sample]) -> None:
        """Publish all of them."""
        started, began = clock.now(), time.monotonic()
        for sample in samples:
            offset = (sample.at - samples[0].at) / self.speed
            time.sleep(max(0.0, began + offset.total_seconds() - time.monotonic()))
            self._publish(sample, started + offset)

    def _publish(self, sample: Sample, at: dt.datetime) -> None:
        device = device_of(self.prefix, sample)
        self._seq[device] += 1
        message = readings.message_of(
            sample, at=at, seq=self._seq[device], boot=self.boot, speed=self.speed
        )
        kind = "event" if sample.code else "telemetry"
        topic = f"truckroll/v1/{self.tenant}/{device}/{kind}"
        self.publisher.publish(device, topic, json.dumps(message).encode())


def device_of(prefix: str, sample: Sample) -> str:
    """The name of the device that speaks for a machine."""
    return prefix + sample.machine.zfill(MACHINE_DIGITS)


def choose_source(
    folder: Path | None, hours: int | None, machines: Collection[str]
) -> Iterator[Sample]:
    """The samples of the folder, or made-up ones."""
    if (folder is None) == (hours is None):
        raise click.UsageError("Give either a folder or --generate HOURS.")
    if folder is not None:
        return readings.from_folder(folder, machines)
    return readings.made_up(machines or MADE_UP_MACHINES, hours or 0)


def read_tokens(path: Path, devices: Collection[str]) -> dict[str, str]:
    """The tokens of the devices; raises ClickException naming a device that has none."""
    with path.open(newline="") as file:
        known = {row[0].strip(): row[1].strip() for row in csv.reader(file) if len(row) > 1}
    if missing := [device for device in devices if device not in known]:
        raise click.ClickException(f"{path} has no token for {', '.join(missing)}.")
    return {device: known[device] for device in devices}


def endpoint(address: str | None) -> tuple[str, int]:
    """Host and port to publish to."""
    if address is None:
        configuration = settings.from_environment(os.environ)
        return configuration.mqtt_host, configuration.mqtt_port
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise click.UsageError(f"{address!r} is not HOST:PORT.")
    return host, int(port)
