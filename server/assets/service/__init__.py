"""What is done with asset models and fault codes, with assets, and with devices."""

from server.assets.service.catalogue import (
    change_fault_code,
    change_model,
    create_fault_code,
    create_model,
    set_fault_code_skills,
)
from server.assets.service.devices import (
    change_device,
    create_device,
    issue_credential,
    revoke_credentials,
)
from server.assets.service.equipment import change_asset, create_asset, keep_site_with_assets

__all__ = [
    "change_asset",
    "change_device",
    "change_fault_code",
    "change_model",
    "create_asset",
    "create_device",
    "create_fault_code",
    "create_model",
    "issue_credential",
    "keep_site_with_assets",
    "revoke_credentials",
    "set_fault_code_skills",
]
