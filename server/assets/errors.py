"""Refusals of assets."""

from __future__ import annotations

from server.kernel.errors import DomainError


class ModelExists(DomainError):
    """There is an asset model of that name by that manufacturer."""

    code = "asset-model-exists"
    status = 409
    title = "Asset model exists"


class FaultCodeExists(DomainError):
    """The asset model has a fault code with that code."""

    code = "fault-code-exists"
    status = 409
    title = "Fault code exists"


class SerialTaken(DomainError):
    """Another asset of the model has that serial number."""

    code = "serial-taken"
    status = 409
    title = "Serial number taken"


class DeviceNameTaken(DomainError):
    """Another device of the tenant has that name."""

    code = "device-name-taken"
    status = 409
    title = "Device name taken"


class TreeRefused(DomainError):
    """The asset cannot stand there: it would contain itself, or the tree would be too deep."""

    code = "asset-tree-refused"
    status = 422
    title = "Asset tree refused"
