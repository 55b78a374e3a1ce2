"""An engineer's phone: the sync client in a Node process of its own, which a test may kill."""

from __future__ import annotations

import base64
import functools
import shutil
import signal
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson

from scripts.web import find_node
from tests.journeys.company import ROOT
from tests.web.company import PASSWORD, Company, Person

DEVICE = ROOT / "web" / "sync-client" / "server-tests" / "device.ts"
ANSWER_SECONDS = 120.0


class Refused(Exception):
    """What the client itself refuses; ``code`` says why."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["error"])
        self.code = answer["code"]


class PhoneDied(Exception):
    """The process ended before it answered."""


class Phone:
    """Orders to the process; what lies in ``folder`` survives it."""

    def __init__(
        self, company: Company, person: Person, folder: Path, url: str, *, skew_ms: int = 0
    ) -> None:
        me = company.account(person).get("/me")
        account = {
            "tenantId": me["tenant"]["id"],
            "tenantSlug": company.slug,
            "tenantName": me["tenant"]["name"],
            "userId": me["id"],
            "login": person.login,
            "displayName": me["display_name"],
            "timezone": "Europe/Lisbon",
            "permissions": me["permissions"],
            "engineerId": str(person.engineer_id),
        }
        self.folder = folder
        self._setup = {
            "base": url,
            "login": person.login,
            "password": PASSWORD,
            "folder": str(folder),
            "account": account,
            "skewMs": skew_ms,
        }
        self._pool = ThreadPoolExecutor(1)
        self._process: subprocess.Popen[bytes]
        self.switch_on()

    def switch_on(self) -> None:
        """Start the app; it talks to the server only after the order ``start``."""
        self._process = subprocess.Popen(
            [find_node() / "node", "--no-warnings", DEVICE, orjson.dumps(self._setup).decode()],
            cwd=ROOT / "web",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def battery_out(self) -> None:
        """Let the process die without warning."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with pipe:
                pass

    def restart(self) -> None:
        self.battery_out()
        self.switch_on()

    def close(self) -> None:
        self.battery_out()
        self._pool.shutdown()

    def copy_store(self, folder: Path) -> None:
        """Copy what lies on the phone, as a backup of the phone does."""
        shutil.copytree(self.folder, folder)

    def ask(self, order: str, **more: Any) -> Any:
        """Give an order and return its answer."""
        return self.tell(order, **more).result(ANSWER_SECONDS)

    def tell(self, order: str, **more: Any) -> Future[Any]:
        """Give an order; the answer comes later, or PhoneDied."""
        line = orjson.dumps({"do": order, **more}) + b"\n"
        return self._pool.submit(functools.partial(_exchange, self._process, line))

    # ------------------------------------------------------------------- what an engineer does
    def record(self, type_: str, entity_id: Any, tab: int = 0, /, **args: Any) -> str:
        """Record a command; its id comes when it is durable."""
        command = {"type": type_, "entityId": str(entity_id), "args": args}
        made: str = self.ask("record", tab=tab, command=command)
        return made

    def photo(self, work_order_id: Any, content: bytes, **changes: Any) -> str:
        file = {
            "entityKind": "work_order",
            "entityId": str(work_order_id),
            "kind": "photo",
            "name": "Befund äöü 🔧.png",
            "mime": "image/png",
            "base64": base64.b64encode(content).decode(),
        }
        made: str = self.ask("attach", file=file | changes)
        return made

    def sync(self) -> dict[str, Any]:
        status: dict[str, Any] = self.ask("sync")
        return status

    def settle(self, seconds: float = 60) -> dict[str, Any]:
        """Try now, and wait until everything is safe."""
        self.sync()
        status: dict[str, Any] = self.ask("settled", seconds=seconds)
        assert status["phase"] == "safe", status
        return status

    def row(self, kind: str, entity_id: Any) -> Any:
        return self.ask("row", kind=kind, id=str(entity_id))

    def shows(self, work_order_id: Any) -> dict[str, Any]:
        """The work order as the screen shows it."""
        document: dict[str, Any] = self.row("work_order", work_order_id)["doc"]
        return document


def _exchange(process: subprocess.Popen[bytes], line: bytes) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
        answer = process.stdout.readline()
    except (OSError, ValueError) as error:
        raise PhoneDied from error
    if not answer:
        raise PhoneDied
    said = orjson.loads(answer)
    if "error" in said:
        raise Refused(said)
    return said["ok"]
