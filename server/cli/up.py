"""``truckroll up``: the whole platform with one command."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import click

from server.cli import processes
from server.cli.prepared import is_prepared, note_prepared
from server.kernel import settings
from server.kernel.settings import Settings
from server.supervisor import report_taken_ports, supervise


@click.command()
def up() -> None:
    """Prepare the database, then start every process; ctrl-C stops them in order."""
    # Otherwise every start of every process would compile all modules again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    configuration = settings.from_environment(os.environ)
    configuration.home.mkdir(parents=True, exist_ok=True)
    # Held until this process ends, however it ends.
    held = hold(configuration.home)
    if held is None:
        click.echo(
            f"Truckroll already runs on {configuration.home}: stop it, or set TRUCKROLL_HOME."
            " Nothing was started."
        )
        sys.exit(1)
    children = processes.side_by_side(configuration)
    if report_taken_ports(children, sys.stdout):
        sys.exit(1)
    if not is_prepared(configuration):
        prepare(configuration)
    sys.exit(supervise(children, banner=welcome(configuration)))


def hold(home: Path) -> TextIO | None:
    """The lock of the home folder; None while another platform runs on it.

    Two would write one queue and one file of readiness, and each scheduled job would come twice.
    """
    lock = (home / "up.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def prepare(configuration: Settings) -> None:
    """Prepare in a process of its own: this one stays small for as long as the platform runs."""
    prepared = subprocess.run([sys.executable, "-m", "server.cli", "prepare"], check=False)
    if prepared.returncode:
        sys.exit(prepared.returncode)
    note_prepared(configuration)


def welcome(configuration: Settings) -> str:
    """What an operator wants to read once everything runs."""
    mqtt = configuration.mqtt_broker_url or f"{configuration.mqtt_host}:{configuration.mqtt_port}"
    lines = [f"Truckroll: {configuration.public_url}/", f"MQTT: {mqtt}"]
    if configuration.demo:
        lines.append("Sign in as dispatcher@demo, engineer1@demo, … with the password demo.")
        if not configuration.mqtt_broker_url:
            lines += ["A machine breaks down when you let it say so:", fault_line(configuration)]
    return "\n".join(lines)


def fault_line(configuration: Settings) -> str:
    """The command with which a machine of the demonstration reports a fault, ready to copy."""
    return (
        f"  mosquitto_pub -h {configuration.mqtt_host} -p {configuration.mqtt_port} -q 1"
        " -u demo/machine-001 -P demo-machine-001 -t truckroll/v1/demo/machine-001/event"
        """ -m '{"code": "error1", "text": "Servo controller failed"}'"""
    )
