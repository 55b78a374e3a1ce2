"""The company of a web test: a tenant of its own with people, one machine, parts and a device."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy.orm import Session

from inventory import api as inventory
from iot_gateway import service as alerts
from iot_gateway.rules import Comparator, Severity
from server.assets import api as assets
from server.assets.rules import ChecklistKind, TaskDefinition
from server.auth import api as auth
from server.kernel import clock, geo
from server.kernel.actors import system
from server.kernel.ids import new_id
from server.kernel.priority import Priority
from server.kernel.session import tenant_of
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from server.workforce import api as workforce
from server.workorders import api as workorders
from tests.builders import (
    a_customer,
    a_device,
    a_fault_code,
    a_model,
    a_part,
    a_site,
    a_ticket,
    a_van,
    a_warehouse,
    an_asset,
    some_stock,
)
from tests.journeys.company import Account, wait_until
from tests.server.workforce.people import a_shift, a_skill, a_user, an_engineer
from tests.web.installation import Installation

PASSWORD = "correct horse battery"
ONE = 1000
CHECKLIST = (
    TaskDefinition(title="Switch off the power", kind=ChecklistKind.CHECK),
    TaskDefinition(title="Close the valves", kind=ChecklistKind.CHECK),
    TaskDefinition(
        title="Bearing temperature", kind=ChecklistKind.READING, unit="°C", low=0, high=80_000
    ),
    TaskDefinition(title="Remarks", kind=ChecklistKind.TEXT, is_required=False),
)
# Where they live, in degrees of longitude from the site: the first is the nearest.
ENGINEERS = (("ana", "Ana Machado", 0.01), ("rui", "Rui Teixeira", 0.06), ("eva", "Eva Sá", 0.2))
HOT, COOL = 95.0, 40.0


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    login: str
    name: str
    user_id: UUID
    engineer_id: UUID | None = None
    van_id: UUID | None = None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True)
class Machine:
    """The installed asset that everything turns around."""

    id: UUID
    name: str
    site_id: UUID
    site: str
    customer: str
    model_id: UUID
    fault_code_id: UUID
    fault: str
    device: str
    token: str


class Company:
    """A tenant in a running installation: what its people know, and what is true of its records."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.slug = f"t{new_id().hex[-10:]}"
        with unit_of_work(installation.platform, None) as session:
            tenant: Tenant = auth.create_tenant(
                session, slug=self.slug, name="Douro Pumps", timezone="Europe/Lisbon"
            )
            session.flush()
            self.tenant_id = tenant.id
        with self.records(write=True) as session:
            self._fill(session)

    @contextmanager
    def records(self, *, write: bool = False) -> Iterator[Session]:
        """A unit of work in the company's records."""
        with unit_of_work(self.installation.platform, self.tenant_id, write=write) as session:
            yield session

    def account(self, person: Person) -> Account:
        """The person at the API, beside the apps."""
        return Account(self.installation.api_url, person.login, PASSWORD)

    def end_sessions(self, person: Person) -> None:
        """Sign somebody out everywhere, as an administrator or a new password does."""
        with self.records(write=True) as session:
            auth.end_sessions(session, user_id=person.user_id)

    def revoke_phone(self, person: Person) -> None:
        """Stop somebody's only phone, as a dispatcher does when it was lost."""
        (installation,) = self.account(person).every("/sync/installations")
        self.desk.post(f"/sync/installations/{installation['id']}/revocation", None)

    @cached_property
    def desk(self) -> Account:
        """The dispatcher at the API."""
        return self.account(self.dispatcher)

    def work_order(self, engineer: Person | None = None, **changes: Any) -> dict[str, Any]:
        """A ticket by phone with its work order, booked for ``engineer``, as the API shows it."""
        with self.records(write=True) as session:
            values = {"asset_id": self.machine.id, "fault_code_id": self.machine.fault_code_id}
            ticket = a_ticket(session, **(values | changes))
            (made,) = workorders.find_by_ticket(session, ticket.id)
            work_order_id = made.id
        if engineer is not None:
            self.book(work_order_id, engineer)
        found: dict[str, Any] = self.desk.get(f"/work-orders/{work_order_id}")
        return found

    def book(self, work_order_id: UUID | str, engineer: Person) -> dict[str, Any]:
        """Book as a dispatcher does, at the first time that is free."""
        path = f"/work-orders/{work_order_id}/bookings"
        booking: dict[str, Any] = self.desk.post(path, {"engineer_id": str(engineer.engineer_id)})
        return booking

    def report(self, *temperatures: float) -> None:
        """Let the device of the machine publish readings over MQTT."""
        client = Client(CallbackAPIVersion.VERSION2, client_id=f"{self.machine.device}-test")
        client.username_pw_set(self.machine.device, self.machine.token)
        client.connect("127.0.0.1", self.installation.mqtt_port)
        client.loop_start()
        topic = f"truckroll/v1/{self.slug}/{self.machine.device}/telemetry"
        for number, temperature in enumerate(temperatures):
            at = int(time.time() * 1000) - len(temperatures) + number
            message = {"ts": at, "values": {"temperature": temperature}}
            client.publish(topic, orjson.dumps(message), qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()

    def on_hand(self, location_id: UUID | str | None) -> int:
        """How many seals lie there."""
        levels = self.desk.every("/stock-levels", part_id=str(self.part_id))
        here = [level for level in levels if level["location_id"] == str(location_id)]
        return round(sum(float(level["on_hand"]) for level in here))

    def commands(self) -> list[dict[str, Any]]:
        """All that phones have sent, with what became of it."""
        return self.desk.every("/sync/commands", is_waiting="false")

    def outcomes(self) -> Counter[tuple[str, str]]:
        """How often each type of command has come to which end."""
        return Counter((command["type"], command["status"]) for command in self.commands())

    def attachments(self, work_order_id: str) -> list[dict[str, Any]]:
        """The files of a work order, photos before signatures."""
        found = self.desk.every("/attachments", entity_kind="work_order", entity_id=work_order_id)
        return sorted(found, key=lambda a: (a["kind"], a["id"]))

    def until_stored(self, work_order_id: str, count: int) -> list[dict[str, Any]]:
        """Wait until so many files are stored, and no other is expected."""
        found: list[dict[str, Any]] = []

        def stored() -> bool:
            found[:] = self.attachments(work_order_id)
            return len(found) == count and all(file["state"] == "stored" for file in found)

        wait_until(stored, 40, lambda: str([(file["kind"], file["state"]) for file in found]))
        return found

    def _fill(self, session: Session) -> None:
        skill = a_skill(session, name="Pumps")
        self.dispatcher = self._person(session, "ines", "Inês Moreira", "dispatcher")
        self.colleague = self._person(session, "marta", "Marta Nogueira", "dispatcher")
        self.storekeeper = self._person(session, "carla", "Carla Pinto", "storekeeper")
        part = a_part(session, number=f"SEAL-{self.slug[-4:].upper()}", name="Shaft seal 24 mm")
        self.part_id, self.part_number = part.id, part.number
        self.warehouse_id = a_warehouse(session).id
        some_stock(session, part.id, self.warehouse_id, 10 * ONE)
        self.engineers = [self._engineer(session, skill.id, *who) for who in ENGINEERS]
        self.machine = self._machine(session, skill.id)

    def _person(self, session: Session, first: str, name: str, *roles: str) -> Person:
        user = a_user(
            session,
            login=first,
            display_name=name,
            password=PASSWORD,
            roles=list(roles),
            timezone="Europe/Lisbon",
        )
        return Person(f"{first}@{self.slug}", name, user.id)

    def _engineer(
        self, session: Session, skill_id: UUID, first: str, name: str, away: float
    ) -> Person:
        person = self._person(session, first, name, "engineer")
        home = geo.point(-8.61 + away, 41.15)
        engineer = an_engineer(
            session,
            name=name,
            user_id=person.user_id,
            home_position=home,
            timezone="Europe/Lisbon",
        )
        _certify(session, engineer.id, skill_id)
        # Now, and tomorrow around noon wherever one is in Europe.
        a_shift(session, engineer.id, starts_in_hours=-1, hours=12)
        until_six = 24 + 6 - clock.now().hour
        a_shift(session, engineer.id, starts_in_hours=max(until_six, 11), hours=10)
        van = a_van(session, engineer.id, name=f"Van of {person.first_name}")
        some_stock(session, self.part_id, van.id, 3 * ONE)
        return Person(person.login, name, person.user_id, engineer.id, van.id)

    def _machine(self, session: Session, skill_id: UUID) -> Machine:
        actor = system(tenant_of(session))
        customer = a_customer(session, name="Porto Water")
        site = a_site(session, customer_id=customer.id, name="Pumping station Foz")
        model = a_model(session, name="Centrifugal pump CP-40")
        fault = a_fault_code(
            session,
            model.id,
            title="Bearing runs hot",
            priority=Priority.HIGH,
            skills=[(skill_id, 1)],
            tasks=CHECKLIST,
        )
        inventory.set_fault_code_parts(
            session,
            actor=actor,
            fault_code_id=fault.id,
            lines=[inventory.Line(self.part_id, ONE)],
        )
        asset = an_asset(session, name="Pump 7", model_id=model.id, site_id=site.id)
        device = a_device(session, asset_id=asset.id)
        token = assets.issue_credential(session, actor=actor, device=device)
        _watch(session, model.id, fault.id)
        return Machine(
            id=asset.id,
            name=asset.name,
            site_id=site.id,
            site=site.name,
            customer=customer.name,
            model_id=model.id,
            fault_code_id=fault.id,
            fault=fault.title,
            device=device.name,
            token=token,
        )


def reassign(company: Company, work_order: dict[str, Any], engineer_id: object) -> None:
    """Give the work to somebody else, as a dispatcher does."""
    (booking,) = company.desk.every("/bookings", work_order_id=work_order["id"])
    company.desk.post(
        f"/bookings/{booking['id']}/reassignments",
        {"engineer_id": str(engineer_id), "override_reason": "Nearer"},
        **{"If-Match": f'"{booking["revision"]}"'},
    )


def texts_of(items: Sequence[dict[str, Any]], key: str) -> list[Any]:
    """One field of each item."""
    return [item[key] for item in items]


def _certify(session: Session, engineer_id: UUID, skill_id: UUID) -> None:
    workforce.set_skill(
        session,
        actor=system(tenant_of(session)),
        engineer_id=engineer_id,
        skill_id=skill_id,
        level=2,
    )


def _watch(session: Session, model_id: UUID, fault_code_id: UUID) -> None:
    alerts.create_rule(
        session,
        actor=system(tenant_of(session)),
        model_id=model_id,
        name="Bearing too hot",
        metric="temperature",
        comparator=Comparator.GREATER,
        raise_at=80.0,
        clear_at=70.0,
        severity=Severity.MAJOR,
        fault_code_id=fault_code_id,
    )
