"""What a list costs: against a bare Flask route with the same SELECT, and against marshmallow.

CPU time of the application's process; on PostgreSQL the server's own work is the same on both
sides and is not counted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from flask import Flask, Response
from marshmallow import fields
from sqlalchemy import Select, func, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench._platform import Bench, databases, paired, platform_on
from server.kernel import db
from server.kernel.actors import system
from server.kernel.db import Base
from server.kernel.fields import Instant, OutputSchema, Text
from server.kernel.paging import Page, page_response
from server.kernel.uow import unit_of_work
from server.tickets import api as tickets
from server.tickets.lists import NAMES
from server.tickets.queries import LIST_COLUMNS

TICKETS = 200
PAGE = 50
REQUESTS = 40
ROUNDS = 10
WIDE_ROWS = 1000
WIDE_FIELDS = 30
LIST_LIMIT, DUMP_LIMIT = 3.0, 0.25


def run() -> list[str]:
    """Return a row per database for the list, and one for the page of wide rows."""
    rows = []
    with databases() as kinds:
        for kind, make in kinds:
            with platform_on(make("lists"), kind) as bench:
                rows.append(_list_row(bench))
    return [*rows, _wide_row()]


def _list_row(bench: Bench) -> str:
    actor = system(bench.tenant_id)
    with unit_of_work(bench.platform, bench.tenant_id, actor=actor) as session:
        for number in range(TICKETS):
            tickets.open_ticket(
                session, actor=actor, title=f"Pump {number} is loud", channel="phone"
            )
    bare = _bare_app(bench)
    ours = _environ(f"/api/v1/tickets?limit={PAGE}", bench.token)
    theirs = _environ("/tickets", "")
    assert _items(bench.app, ours) == _items(bare, theirs)
    spent = paired(
        lambda: [_body(bench.app, ours) for _ in range(REQUESTS)],
        lambda: [_body(bare, theirs) for _ in range(REQUESTS)],
        ROUNDS,
    )
    per = [1000 * seconds / (REQUESTS * ROUNDS) for seconds in spent]
    return (
        f"{bench.kind}: list of {PAGE} rows {per[0]:.2f} ms, bare Flask {per[1]:.2f} ms: "
        f"ratio {per[0] / per[1]:.2f} (limit {LIST_LIMIT})"
    )


def _bare_app(bench: Bench) -> Flask:
    """The least that can answer the same rows: no sign-in, no tenants, no paging."""
    app = Flask("bare")
    engine = db.make_engine(bench.platform.settings.migration_url, as_owner=True)
    statement, tables = _joined(), Base.metadata.tables
    work = tables["work_order"].c
    alarm, episode = tables["alarm"].c, tables["episode"].c

    @app.get("/tickets")
    def show() -> Response:
        with engine.connect() as connection:
            rows = connection.execute(statement).all()
            ids = [row.id for row in rows]
            worked = connection.execute(select(*work).where(work.ticket_id.in_(ids))).all()
            active = connection.execute(
                select(episode.ticket_id, func.count(alarm.id))
                .join_from(tables["alarm"], tables["episode"], alarm.episode_id == episode.id)
                .where(episode.ticket_id.in_(ids), alarm.cleared_at.is_(None))
                .group_by(episode.ticket_id)
            ).all()
        counts: dict[Any, int] = {row[0]: row[1] for row in active}
        works = {row.ticket_id: dict(row._mapping) for row in worked}  # noqa: SLF001 - its name.
        items = [
            {
                **dict(zip(NAMES, row, strict=True)),
                "work_order": works.get(row.id),
                "active_alarms": counts.get(row.id, 0),
            }
            for row in rows
        ]
        return Response(orjson.dumps({"items": items}), mimetype="application/json")

    return app


def _joined() -> Select[Any]:
    """The rows of the list with what stands beside them, as anybody would select them."""
    tables = Base.metadata.tables
    ticket, site, customer = tables["ticket"], tables["site"], tables["customer"]
    asset, fault = tables["asset"], tables["fault_code"]
    return (
        select(
            *(ticket.c[name] for name in LIST_COLUMNS),
            customer.c.name.label("customer_name"),
            site.c.name.label("site_name"),
            site.c.territory_id,
            site.c.position,
            asset.c.name.label("asset_name"),
            asset.c.serial.label("asset_serial"),
            fault.c.code.label("fault_code"),
            fault.c.title.label("fault_title"),
        )
        .select_from(ticket)
        .outerjoin(site, site.c.id == ticket.c.site_id)
        .outerjoin(customer, customer.c.id == ticket.c.customer_id)
        .outerjoin(asset, asset.c.id == ticket.c.asset_id)
        .outerjoin(fault, fault.c.id == ticket.c.fault_code_id)
        .order_by(ticket.c.id.desc())
        .limit(PAGE)
    )


def _environ(path: str, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return lambda: EnvironBuilder(path=path, headers=headers).get_environ()


def _body(app: Any, environ: Any) -> bytes:
    body, status, _ = run_wsgi_app(app, environ())
    assert status.startswith("200"), status
    return b"".join(body)


def _items(app: Any, environ: Any) -> list[Any]:
    items: list[Any] = orjson.loads(_body(app, environ))["items"]
    return items


INSTANTS = [f"at_{n}" for n in range(9)]
TEXTS = [f"text_{n}" for n in range(20)]


def _wide_row() -> str:
    names = ["id", *INSTANTS, *TEXTS]
    assert len(names) == WIDE_FIELDS
    instant = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    rows = [(n, *[instant] * len(INSTANTS), *[f"text {n}"] * len(TEXTS)) for n in range(WIDE_ROWS)]
    schema = _wide_schema(names)(many=True)
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    page = Page(rows, None)
    spent = paired(
        lambda: page_response(page, names).get_data(),
        lambda: orjson.dumps({"items": schema.dump(objects), "next": None}),
        ROUNDS,
    )
    fast, slow = (1000 * seconds / ROUNDS for seconds in spent)
    return (
        f"page of {WIDE_ROWS} rows x {WIDE_FIELDS} fields {fast:.1f} ms, marshmallow dump "
        f"{slow:.1f} ms: ratio {fast / slow:.3f} (limit {DUMP_LIMIT})"
    )


def _wide_schema(names: list[str]) -> type[OutputSchema]:
    kinds: dict[str, Any] = {"id": fields.Integer()}
    kinds |= {name: Instant() for name in names if name.startswith("at_")}
    kinds |= {name: Text() for name in names if name.startswith("text_")}
    return type("WideSchema", (OutputSchema,), kinds)
