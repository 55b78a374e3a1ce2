"""The door of places: what other rooms may use."""

from server.places.events import (
    CustomerArchived,
    CustomerChanged,
    CustomerCreated,
    SiteArchived,
    SiteChanged,
    SiteCreated,
)
from server.places.models import Customer, Site
from server.places.queries import (
    customer_of_usable_site,
    find_territory_at,
    get_customer,
    get_site,
    get_territory,
    get_usable_customer,
    get_usable_site,
    get_usable_territory,
    lock_site,
    site_ids_of,
)
from server.places.service import (
    change_customer,
    change_site,
    create_customer,
    create_site,
    create_territory,
)

__all__ = [
    "Customer",
    "CustomerArchived",
    "CustomerChanged",
    "CustomerCreated",
    "Site",
    "SiteArchived",
    "SiteChanged",
    "SiteCreated",
    "change_customer",
    "change_site",
    "create_customer",
    "create_site",
    "create_territory",
    "customer_of_usable_site",
    "find_territory_at",
    "get_customer",
    "get_site",
    "get_territory",
    "get_usable_customer",
    "get_usable_site",
    "get_usable_territory",
    "lock_site",
    "site_ids_of",
]
