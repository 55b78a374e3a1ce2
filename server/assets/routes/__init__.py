"""HTTP routes of assets, one file per group of addresses."""

from server.assets.routes.catalogue import fault_codes, models
from server.assets.routes.devices import devices
from server.assets.routes.equipment import assets

BLUEPRINTS = (models, fault_codes, assets, devices)

__all__ = ["BLUEPRINTS"]
