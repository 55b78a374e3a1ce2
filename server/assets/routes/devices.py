"""HTTP routes of devices and their credentials."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from sqlalchemy import select

from server.assets import queries, service
from server.assets.feed import DEVICE_COLUMNS
from server.assets.models import Device, DeviceBinding
from server.assets.schemas import (
    BINDING_NAMES,
    DEVICE_NAMES,
    DeviceBindingSchema,
    DeviceChangeSchema,
    DeviceCreateSchema,
    DeviceCredentialSchema,
    DeviceQuerySchema,
    DeviceSchema,
)
from server.auth import api as auth
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    keep_no_answer,
    require_match,
    requires,
)
from server.kernel.listing import fetch_named_page, named_filters
from server.kernel.paging import PageQuerySchema, fetch_page, page_response, page_schema
from server.kernel.problems import ProblemSchema

devices = ApiBlueprint(
    "devices",
    __name__,
    url_prefix="/api/v1/devices",
    description="Sensor boxes that report for assets.",
)
BINDING_COLUMNS = [getattr(DeviceBinding, name) for name in BINDING_NAMES]


@devices.route("")
class Devices(MethodView):
    @requires("devices.read")
    @devices.arguments(DeviceQuerySchema, location="query")
    @devices.response(200, page_schema(DeviceSchema))
    @devices.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List devices by name"""
        where = named_filters(Device, query)
        for name in ("asset_id", "name"):
            if query[name] is not None:
                where.append(getattr(Device, name) == query[name])
        page = fetch_named_page(current_session(), Device, DEVICE_COLUMNS, where=where, query=query)
        return page_response(page, DEVICE_NAMES)

    @requires("devices.write")
    @devices.arguments(DeviceCreateSchema)
    @devices.response(201, DeviceSchema)
    @devices.alt_response(409, schema=ProblemSchema)
    @devices.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Device:
        """Register a device that reports for an asset"""
        return service.create_device(current_session(), actor=current_actor(), **args)


@devices.route("/<uuid:device_id>")
class DeviceById(MethodView):
    @requires("devices.read")
    @devices.response(200, DeviceSchema)
    @devices.alt_response(404, schema=ProblemSchema)
    def get(self, device_id: UUID) -> Device:
        """Show a device"""
        return queries.get_device(current_session(), device_id)

    @requires("devices.write")
    @devices.arguments(DeviceChangeSchema)
    @devices.response(200, DeviceSchema)
    @devices.alt_response(404, schema=ProblemSchema)
    @devices.alt_response(409, schema=ProblemSchema)
    @devices.alt_response(412, schema=ProblemSchema)
    @devices.alt_response(422, schema=ProblemSchema)
    @devices.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], device_id: UUID) -> Device:
        """Bind a device to another asset, change, archive or restore it"""
        device = queries.lock_device(current_session(), device_id)
        require_match(device)
        return service.change_device(
            current_session(), actor=current_actor(), device=device, changes=args
        )


@devices.route("/<uuid:device_id>/bindings")
class DeviceBindings(MethodView):
    @requires("devices.read")
    @devices.arguments(PageQuerySchema, location="query")
    @devices.response(200, page_schema(DeviceBindingSchema))
    @devices.alt_response(404, schema=ProblemSchema)
    @devices.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any], device_id: UUID) -> Response:
        """List the assets a device has reported for, the latest first"""
        device = queries.get_device(current_session(), device_id)
        page = fetch_page(
            current_session(),
            select(*BINDING_COLUMNS).where(DeviceBinding.device_id == device.id),
            keys=[DeviceBinding.bound_at, DeviceBinding.id],
            query=query,
            descending=True,
        )
        return page_response(page, BINDING_NAMES)


@devices.route("/<uuid:device_id>/credentials")
class DeviceCredentials(MethodView):
    @requires("devices.credentials")
    @devices.response(201, DeviceCredentialSchema)
    @devices.alt_response(404, schema=ProblemSchema)
    @devices.alt_response(422, schema=ProblemSchema)
    def post(self, device_id: UUID) -> dict[str, Any]:
        """Give a device one more token; it is shown this once

        Older tokens stay good until they are revoked. A repeated `Idempotency-Key` gives another
        token: tokens are not kept, only their hashes.
        """
        keep_no_answer()
        device = queries.lock_device(current_session(), device_id)
        token = service.issue_credential(current_session(), actor=current_actor(), device=device)
        slug = auth.get_tenant(current_session()).slug
        return {
            "device_id": device.id,
            "name": device.name,
            "token": token,
            "topic": f"truckroll/v1/{slug}/{device.name}",
        }

    @requires("devices.credentials")
    @devices.response(204)
    @devices.alt_response(404, schema=ProblemSchema)
    def delete(self, device_id: UUID) -> None:
        """Void every token of a device"""
        device = queries.lock_device(current_session(), device_id)
        service.revoke_credentials(current_session(), actor=current_actor(), device=device)
