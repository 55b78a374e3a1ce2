"""Two companies with one record of each noun: what the tests across all rooms work on.

The nouns that depend on each other are built by their rooms; every other table that holds tenants'
records gets a row made up from its columns, so that tables of rooms added later join by themselves.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import JSON, Column, Table, insert, select
from sqlalchemy.orm import Mapper, Session

from inventory import api as inventory
from inventory.rules import LocationKind
from iot_gateway.models import ReadingRow
from server.auth.rules import BuiltInRole
from server.dispatch import api as dispatch
from server.files import api as files
from server.kernel import changes, clock, geo, outbox
from server.kernel.actors import Actor, ActorKind, system
from server.kernel.audit import AuditEntry
from server.kernel.db import Base
from server.kernel.http import TruckrollApp
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.outbox import OutboxRow
from server.kernel.tenancy import Tenant, Tenanted
from server.kernel.uow import unit_of_work
from server.workforce import api as workforce
from server.workorders import api as workorders
from tests.builders import a_device, a_fault_code, a_model, a_skill, a_territory, a_ticket, an_asset
from tests.platforms import ApiClient, Person, make_person, make_tenant
from tests.server.files.pictures import a_jpeg
from tests.server.workforce.people import a_shift, a_user

EVERY_ROLE = [
    role for role in BuiltInRole if role not in {BuiltInRole.DEVICE, BuiltInRole.CUSTOMER}
]
# What a made-up row says where the types alone would break a rule of the table.
SAYS: dict[str, dict[str, Any]] = {
    "alert_rule": {"event_code": "E7", "metric": None},
    "sync_command": {"type": "work_order.start", "status": "parked"},
    "sign_off": {"digest": "0" * 64},
    "number_counter": {"name": "made-up"},
}
# Whose record a column names by its id, where no foreign key says so.
NAMES_RECORD = {
    "device_id": "device",
    "asset_id": "asset",
    "ticket_id": "ticket",
    "user_id": "user",
    "owner_id": "user",
    "engineer_user_id": "user",
    "alarm_id": "alarm",
    "entity_id": "work_order",
}


@dataclass
class World:
    """One company: who works there with every right, and an id of each kind of record."""

    tenant: Tenant
    person: Person
    ids: dict[str, UUID] = field(default_factory=dict)
    all_ids: frozenset[str] = frozenset()

    @property
    def client(self) -> ApiClient:
        return self.person.client


def make_world(app: TruckrollApp, folder: Path) -> World:
    """Fill a tenant; the person signed in is an engineer, too, and holds every role."""
    platform, tenant = app.platform, make_tenant(app.platform)
    world = World(tenant, make_person(app, tenant, *EVERY_ROLE))
    with unit_of_work(platform, tenant.id) as session:
        world.ids |= _built(session, world)
    world.ids |= _keep_files(platform, world, folder)
    world.ids["sync_installation"] = _enrol(world)
    world.ids["role"] = _role(world)
    with unit_of_work(platform, tenant.id) as session:
        _make_up_the_rest(session, world.ids)
        _keep_a_reading(session, world.ids["device"])
    with unit_of_work(platform, tenant.id, write=False) as session:
        world.all_ids = frozenset(str(id_) for id_ in all_ids(session))
    return world


def _built(session: Session, world: World) -> dict[str, UUID]:
    """What rooms build: a fault that needs a skill and a part, its ticket, work and booking."""
    actor = system(world.tenant.id)
    skill, model = a_skill(session), a_model(session)
    session.flush()
    fault_code = a_fault_code(session, model.id, skills=[(skill.id, 1)])
    made = {"skill": skill, "asset_model": model, "fault_code": fault_code}
    made |= _stocked(session, actor, model, fault_code)
    made |= _staffed(session, actor, world, skill)
    asset = an_asset(session, model_id=model.id)
    session.flush()
    made |= {"asset": asset, "device": a_device(session, asset_id=asset.id)}
    made |= _worked(session, actor, asset, fault_code, made["engineer"])
    made |= {"territory": a_territory(session), "user": a_user(session)}
    session.flush()
    return {name: record.id for name, record in made.items()} | {"site": asset.site_id}


def _stocked(session: Session, actor: Actor, model: Any, fault_code: Any) -> dict[str, Any]:
    """A part that the fault needs, in a warehouse; some of it was moved to a shelf."""
    part = inventory.create_part(session, actor=actor, number="P-1", name="Seal")
    session.flush()
    lines = [inventory.Line(part_id=part.id, quantity=1000)]
    inventory.set_bom_lines(session, actor=actor, model_id=model.id, lines=lines)
    inventory.set_fault_code_parts(session, actor=actor, fault_code_id=fault_code.id, lines=lines)
    warehouse = inventory.create_location(
        session, actor=actor, name="Warehouse", kind=LocationKind.WAREHOUSE
    )
    session.flush()
    inventory.receive_stock(
        session, actor=actor, part_id=part.id, location_id=warehouse.id, quantity=9000
    )
    shelf = inventory.create_location(
        session, actor=actor, name="Shelf", kind=LocationKind.BIN, parent_id=warehouse.id
    )
    session.flush()
    transfer = inventory.transfer_stock(
        session,
        actor=actor,
        part_id=part.id,
        from_location_id=warehouse.id,
        to_location_id=shelf.id,
        quantity=1000,
    )
    return {
        "part": part,
        "stock_location": warehouse,
        "to_location": shelf,
        "transfer": transfer,
    }


def _staffed(session: Session, actor: Actor, world: World, skill: Any) -> dict[str, Any]:
    """The person signed in, as an engineer who has the skill and is on shift."""
    engineer = workforce.create_engineer(
        session,
        actor=actor,
        user_id=world.person.id,
        name="Ana",
        home_position=geo.point(-8.61, 41.15),
    )
    session.flush()
    workforce.set_skill(
        session, actor=actor, engineer_id=engineer.id, skill_id=skill.id, level=3, expires_on=None
    )
    return {"engineer": engineer, "shift": a_shift(session, engineer.id, hours=20)}


def _worked(
    session: Session, actor: Actor, asset: Any, fault_code: Any, engineer: Any
) -> dict[str, Any]:
    """A ticket with its work: proposed, booked, and repaired."""
    ticket = a_ticket(session, asset_id=asset.id, fault_code_id=fault_code.id)
    session.flush()
    (work_order,) = workorders.find_by_ticket(session, ticket.id)
    proposal = dispatch.rank_engineers(session, actor=actor, work_order_id=work_order.id)
    booking = dispatch.book(
        session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id
    )
    repair = workorders.record_repair(
        session, actor=actor, work_order=work_order, action="Cleaned", id=new_id()
    )
    return {
        "ticket": ticket,
        "work_order": work_order,
        "proposal": proposal,
        "booking": booking,
        "repair": repair,
    }


def mappers() -> dict[str, Mapper[Any]]:
    """The models of all tables that hold tenants' records, those referred to first."""
    by_table = {
        cast("Table", mapper.local_table).name: mapper
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Tenanted)
    }
    ordered = [table.name for table in Base.metadata.sorted_tables]
    return {name: by_table[name] for name in ordered if name in by_table}


def _make_up_the_rest(session: Session, ids: dict[str, UUID]) -> None:
    for name, mapper in mappers().items():
        if name in ids:
            continue
        first = session.scalars(select(mapper.class_).order_by(mapper.class_.id)).first()
        if first is None:
            first = mapper.class_(**_made_up(mapper, ids))
            session.add(first)
            session.flush()
        ids[name] = first.id


def _made_up(mapper: Mapper[Any], ids: dict[str, UUID]) -> dict[str, Any]:
    table = cast("Table", mapper.local_table)
    refers = {
        column.name: key.referred_table.name
        for key in table.foreign_key_constraints
        for column in key.columns
        if column.name != "tenant_id"
    }
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "tenant_id" or (column.name == "id" and "id" not in refers):
            continue
        known = refers.get(column.name) or NAMES_RECORD.get(column.name)
        if known in ids:
            row[column.name] = ids[known]
        elif not column.nullable and column.default is None:
            row[column.name] = new_id() if known else _value(column)
    return row | SAYS.get(table.name, {})


def _value(column: Column[Any]) -> Any:
    enum_class = getattr(column.type, "enum_class", None)
    if enum_class is not None:
        return next(iter(cast("type[enum.Enum]", enum_class)))
    if isinstance(column.type, JSON):
        return {}
    values: dict[type, Any] = {
        str: "x",
        int: 1,
        float: 1.0,
        bool: True,
        bytes: b"x",
        UUID: new_id(),
        dt.datetime: clock.now(),
        dt.date: clock.now().date(),
        object: geo.point(-8.61, 41.15),
    }
    return values[column.type.python_type]


def _keep_a_reading(session: Session, device_id: UUID) -> None:
    now = clock.now()
    row = {
        "tenant_id": session.info["unit"].tenant_id,
        "seq": 1,
        "id": new_id(),
        "device_id": device_id,
        "kind": "telemetry",
        "at": now,
        "received_at": now,
        "is_suspect": False,
        "document": {"temperature": 61.5},
    }
    session.connection().execute(
        insert(ReadingRow), [row], execution_options={"unscoped": "readings"}
    )


def _keep_files(platform: Platform, world: World, folder: Path) -> dict[str, UUID]:
    """A photograph of the site with its preview, and an upload that is under way."""
    path = folder / new_id().hex
    path.write_bytes(a_jpeg())
    sha256, size = files.hash_of(path), path.stat().st_size
    actor = Actor(
        id=world.person.id,
        kind=ActorKind.USER,
        tenant_id=world.tenant.id,
        permissions=frozenset(platform.permissions),
    )
    with unit_of_work(platform, world.tenant.id, actor=actor) as session:
        files.receive_finished_upload(
            session, actor=actor, path=path, sha256=sha256, size=size, claimed_mime="image/jpeg"
        )
        attachment = files.add_attachment(
            session,
            actor=actor,
            attachment_id=new_id(),
            entity_kind="site",
            entity_id=world.ids["site"],
            sha256=sha256,
            size=size,
            mime="image/jpeg",
            kind=files.AttachmentKind.PHOTO,
        )
        session.flush()
        attachment_id = attachment.id
    with unit_of_work(platform, None, write=False) as session:
        theirs = select(OutboxRow.id).where(OutboxRow.tenant_id == world.tenant.id)
        jobs = session.scalars(theirs).all()
    for job_id in jobs:
        outbox.run_job(platform, job_id)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "9"}
    started = world.client.post("/api/v1/uploads/", headers=headers)
    assert started.status_code == 201, started.get_data(as_text=True)
    upload_id = UUID(str(started.headers["Location"]).rsplit("/", 1)[1])
    return {"attachment": attachment_id, "upload": upload_id}


def _enrol(world: World) -> UUID:
    body = {"id": str(new_id()), "name": "Pixel"}
    answer = world.client.post("/api/v1/sync/installations", json=body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return UUID(body["id"])


def _role(world: World) -> UUID:
    """A role that nobody holds: whoever changes it takes nothing from the one who asks."""
    body = {"name": "night-shift", "title": "Night shift", "permissions": ["tickets.read"]}
    answer = world.client.post("/api/v1/roles", json=body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return UUID(answer.get_json()["id"])


def all_ids(session: Session) -> Iterator[UUID]:
    """Every id of every record of the session's tenant."""
    for mapper in mappers().values():
        yield from session.scalars(select(mapper.class_.id))


def snapshot(session: Session) -> dict[str, list[str]]:
    """Every row of every table of the session's tenant, to see that nothing has changed."""
    found = {
        name: sorted(
            repr([value.desc if isinstance(value, WKBElement) else value for value in row])
            for row in session.execute(select(*_attributes(mapper)))
        )
        for name, mapper in mappers().items()
    }
    head = changes.height(session)
    return found | {"feed": [f"{head.epoch} {head.seq}"]}


def _attributes(mapper: Mapper[Any]) -> list[Any]:
    return [getattr(mapper.class_, attribute.key) for attribute in mapper.column_attrs]


def marks(session: Session) -> tuple[int, int]:
    """Height of the feed and length of the audit trail: what every change moves."""
    entries = session.scalars(select(AuditEntry.id)).all()
    return changes.height(session).seq, len(entries)
