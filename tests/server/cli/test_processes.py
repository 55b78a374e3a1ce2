"""What each process runs, and how the processes of one host depend on each other."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import processes
from server.kernel import settings
from server.kernel.settings import Settings

ON_ONE_HOST = ["valkey", "api", "stream", "worker", "gateway"]


def read(tmp_path: Path, **environ: str) -> Settings:
    return settings.from_environment({"TRUCKROLL_HOME": str(tmp_path), **environ})


@pytest.mark.parametrize("process", processes.PROCESSES)
def test_every_process_runs_a_module_that_exists(tmp_path: Path, process: str) -> None:
    _, flag, module, *_ = processes.argv(process, read(tmp_path))

    assert flag == "-m"
    assert importlib.util.find_spec(module) is not None


def test_what_needs_the_broker_starts_after_it(tmp_path: Path) -> None:
    children = processes.side_by_side(read(tmp_path))

    assert [child.name for child in children] == ON_ONE_HOST
    assert {child.name for child in children if "valkey" in child.after} == {"stream", "worker"}
    urls = {child.env.get("TRUCKROLL_BROKER_URL", "") for child in children[1:]}
    assert len(urls) == 1
    assert urls.pop().startswith("redis://:")


def test_a_broker_of_the_operator_is_not_started(tmp_path: Path) -> None:
    children = processes.side_by_side(read(tmp_path, TRUCKROLL_BROKER_URL="redis://elsewhere"))

    assert [child.name for child in children] == ON_ONE_HOST[1:]
    assert all(child.after == () for child in children)


def test_without_any_broker_program_tasks_go_through_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cli.broker.find_program", lambda: None)

    children = processes.side_by_side(read(tmp_path))

    assert [child.name for child in children] == ON_ONE_HOST[1:]
    assert {child.env["TRUCKROLL_BROKER_URL"] for child in children} == {"filesystem://"}


def test_every_port_names_the_setting_that_moves_it(tmp_path: Path) -> None:
    children = processes.side_by_side(read(tmp_path, PORT="9000", MQTT_PORT="9883"))

    ports = {port.setting: port.number for child in children for port in child.ports}
    assert ports.pop("TRUCKROLL_BROKER_URL") > 1023
    assert ports == {"PORT": 9000, "STREAM_PORT": 9001, "MQTT_PORT": 9883}


def test_a_gateway_on_a_broker_listens_nowhere(tmp_path: Path) -> None:
    children = processes.side_by_side(read(tmp_path, TRUCKROLL_MQTT_BROKER_URL="mqtt://broker"))

    gateway = children[-1]
    assert (gateway.ports, gateway.ready) == ((), None)


def test_a_platform_on_every_address_is_probed_on_loopback(tmp_path: Path) -> None:
    children = processes.side_by_side(read(tmp_path, TRUCKROLL_HOST="0.0.0.0"))  # noqa: S104

    api = next(child for child in children if child.name == "api")
    assert api.ports[0].host == "0.0.0.0"  # noqa: S104
    assert getattr(api.ready, "host", None) == "127.0.0.1"


def test_a_worker_is_ready_once_its_file_is_there(tmp_path: Path) -> None:
    ready = processes.FileReady(tmp_path / "ready")

    before = asyncio.run(ready.is_ready())
    (tmp_path / "ready").write_text(str(os.getpid()))

    assert (before, asyncio.run(ready.is_ready())) == (False, True)


def test_the_file_of_a_worker_that_was_killed_makes_no_other_one_ready(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as killed:
        killed.wait()
    (tmp_path / "ready").write_text(str(killed.pid))

    assert not asyncio.run(processes.FileReady(tmp_path / "ready").is_ready())


def test_a_ready_file_of_a_former_run_is_removed(tmp_path: Path) -> None:
    stale = tmp_path / "run" / "worker.ready"
    stale.parent.mkdir()
    stale.touch()

    processes.side_by_side(read(tmp_path))

    assert not stale.exists()
