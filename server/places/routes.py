"""HTTP routes of customers, sites and territories."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from sqlalchemy import ColumnElement, null

from server.kernel import geo
from server.kernel.errors import InvalidInput
from server.kernel.history import HistoryEntrySchema, Subjects, history_response
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    current_session,
    require_match,
    requires,
)
from server.kernel.listing import NamedQuerySchema, fetch_named_page, named_filters
from server.kernel.paging import PageQuerySchema, json_response, page_response, page_schema
from server.kernel.problems import ProblemSchema
from server.places import queries, service
from server.places.feed import CUSTOMER_COLUMNS, SITE_COLUMNS, TERRITORY_COLUMNS
from server.places.models import Customer, Site, Territory
from server.places.schemas import (
    CUSTOMER_NAMES,
    SITE_CONVERT,
    SITE_NAMES,
    TERRITORY_CONVERT,
    TERRITORY_NAMES,
    CustomerChangeSchema,
    CustomerCreateSchema,
    CustomerQuerySchema,
    CustomerSchema,
    ListedSiteSchema,
    SiteChangeSchema,
    SiteCreateSchema,
    SiteQuerySchema,
    SiteSchema,
    TerritoryChangeSchema,
    TerritoryCreateSchema,
    TerritorySchema,
)

customers = ApiBlueprint(
    "customers", __name__, url_prefix="/api/v1/customers", description="Who owns the sites."
)
sites = ApiBlueprint(
    "sites", __name__, url_prefix="/api/v1/sites", description="Where assets stand."
)
territories = ApiBlueprint(
    "territories",
    __name__,
    url_prefix="/api/v1/territories",
    description="Areas that group sites and engineers.",
)


@customers.route("")
class Customers(MethodView):
    @requires("customers.read")
    @customers.arguments(CustomerQuerySchema, location="query")
    @customers.response(200, page_schema(CustomerSchema))
    @customers.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List customers by name"""
        where = named_filters(Customer, query)
        for name in ("number", "email", "phone"):
            if query[name] is not None:
                where.append(getattr(Customer, name) == query[name])
        page = fetch_named_page(
            current_session(), Customer, CUSTOMER_COLUMNS, where=where, query=query
        )
        return page_response(page, CUSTOMER_NAMES)

    @requires("customers.write")
    @customers.arguments(CustomerCreateSchema)
    @customers.response(201, CustomerSchema)
    @customers.alt_response(409, schema=ProblemSchema)
    @customers.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Customer:
        """Create a customer"""
        return service.create_customer(current_session(), actor=current_actor(), **args)


@customers.route("/<uuid:customer_id>")
class CustomerById(MethodView):
    @requires("customers.read")
    @customers.response(200, CustomerSchema)
    @customers.alt_response(404, schema=ProblemSchema)
    def get(self, customer_id: UUID) -> Customer:
        """Show a customer"""
        return queries.get_customer(current_session(), customer_id)

    @requires("customers.write")
    @customers.arguments(CustomerChangeSchema)
    @customers.response(200, CustomerSchema)
    @customers.alt_response(404, schema=ProblemSchema)
    @customers.alt_response(409, schema=ProblemSchema)
    @customers.alt_response(412, schema=ProblemSchema)
    @customers.alt_response(422, schema=ProblemSchema)
    @customers.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], customer_id: UUID) -> Customer:
        """Change, archive or restore a customer"""
        customer = queries.lock_customer(current_session(), customer_id)
        require_match(customer)
        return service.change_customer(
            current_session(), actor=current_actor(), customer=customer, changes=args
        )


@customers.route("/<uuid:customer_id>/history")
class CustomerHistory(MethodView):
    @requires("customers.read")
    @customers.arguments(PageQuerySchema, location="query")
    @customers.response(200, page_schema(HistoryEntrySchema))
    @customers.alt_response(404, schema=ProblemSchema)
    @customers.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any], customer_id: UUID) -> Response:
        """List what happened to a customer, to the sites and in the work done there"""
        customer = queries.get_customer(current_session(), customer_id)
        ours = {
            "customer": [customer.id],
            "site": queries.site_ids_of(current_session(), customer.id),
        }
        return history_response(
            current_session(), {**_about("customer", customer.id), **ours}, query
        )


@sites.route("")
class Sites(MethodView):
    @requires("sites.read")
    @sites.arguments(SiteQuerySchema, location="query")
    @sites.response(200, page_schema(ListedSiteSchema))
    @sites.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List sites by name, or the nearest first

        `near` answers one page of the `limit` nearest sites; the other filters combine freely.
        """
        where = _site_filters(query)
        if query["near"] is not None:
            return _nearest(query, where)
        columns = [*SITE_COLUMNS, null().label("distance_metres")]
        page = fetch_named_page(current_session(), Site, columns, where=where, query=query)
        return page_response(page, (*SITE_NAMES, "distance_metres"), SITE_CONVERT)

    @requires("sites.write")
    @sites.arguments(SiteCreateSchema)
    @sites.response(201, SiteSchema)
    @sites.alt_response(409, schema=ProblemSchema)
    @sites.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Site:
        """Create a site; its territory follows from the position unless it is given"""
        return service.create_site(current_session(), actor=current_actor(), **args)


@sites.route("/<uuid:site_id>")
class SiteById(MethodView):
    @requires("sites.read")
    @sites.response(200, SiteSchema)
    @sites.alt_response(404, schema=ProblemSchema)
    def get(self, site_id: UUID) -> Site:
        """Show a site"""
        return queries.get_site(current_session(), site_id)

    @requires("sites.write")
    @sites.arguments(SiteChangeSchema)
    @sites.response(200, SiteSchema)
    @sites.alt_response(404, schema=ProblemSchema)
    @sites.alt_response(409, schema=ProblemSchema)
    @sites.alt_response(412, schema=ProblemSchema)
    @sites.alt_response(422, schema=ProblemSchema)
    @sites.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], site_id: UUID) -> Site:
        """Change, archive or restore a site"""
        site = queries.lock_site(current_session(), site_id)
        require_match(site)
        return service.change_site(
            current_session(), actor=current_actor(), site=site, changes=args
        )


@sites.route("/<uuid:site_id>/history")
class SiteHistory(MethodView):
    @requires("sites.read")
    @sites.arguments(PageQuerySchema, location="query")
    @sites.response(200, page_schema(HistoryEntrySchema))
    @sites.alt_response(404, schema=ProblemSchema)
    @sites.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any], site_id: UUID) -> Response:
        """List what happened to a site and in the work done there"""
        site = queries.get_site(current_session(), site_id)
        return history_response(
            current_session(), {**_about("site", site.id), "site": [site.id]}, query
        )


@territories.route("")
class Territories(MethodView):
    @requires("sites.read")
    @territories.arguments(NamedQuerySchema, location="query")
    @territories.response(200, page_schema(TerritorySchema))
    @territories.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List territories by name"""
        page = fetch_named_page(
            current_session(),
            Territory,
            TERRITORY_COLUMNS,
            where=named_filters(Territory, query),
            query=query,
        )
        return page_response(page, TERRITORY_NAMES, TERRITORY_CONVERT)

    @requires("territories.write")
    @territories.arguments(TerritoryCreateSchema)
    @territories.response(201, TerritorySchema)
    @territories.alt_response(409, schema=ProblemSchema)
    @territories.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Territory:
        """Draw a territory; the sites inside follow within moments"""
        return service.create_territory(current_session(), actor=current_actor(), **args)


@territories.route("/<uuid:territory_id>")
class TerritoryById(MethodView):
    @requires("sites.read")
    @territories.response(200, TerritorySchema)
    @territories.alt_response(404, schema=ProblemSchema)
    def get(self, territory_id: UUID) -> Territory:
        """Show a territory"""
        return queries.get_territory(current_session(), territory_id)

    @requires("territories.write")
    @territories.arguments(TerritoryChangeSchema)
    @territories.response(200, TerritorySchema)
    @territories.alt_response(404, schema=ProblemSchema)
    @territories.alt_response(409, schema=ProblemSchema)
    @territories.alt_response(412, schema=ProblemSchema)
    @territories.alt_response(422, schema=ProblemSchema)
    @territories.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], territory_id: UUID) -> Territory:
        """Rename, redraw, archive or restore a territory"""
        territory = queries.lock_territory(current_session(), territory_id)
        require_match(territory)
        return service.change_territory(
            current_session(), actor=current_actor(), territory=territory, changes=args
        )


def _about(kind: str, record_id: UUID) -> dict[str, Any]:
    subjects: Any = current_platform().port(Subjects)  # type: ignore[type-abstract]
    return dict(subjects.about(current_session(), current_actor(), kind, [record_id]))


def _site_filters(query: dict[str, Any]) -> list[ColumnElement[bool]]:
    where = named_filters(Site, query)
    for name in ("number", "customer_id", "territory_id"):
        if query[name] is not None:
            where.append(getattr(Site, name) == query[name])
    if query["bbox"] is not None:
        where.append(geo.bbox(Site.position, *query["bbox"]))
    return where


def _nearest(query: dict[str, Any], where: list[ColumnElement[bool]]) -> Response:
    if query["cursor"]:
        raise InvalidInput("The nearest sites are one page.", cursor="Leave it out with `near`.")
    found = queries.list_nearest_sites(
        current_session(), query["near"], query["limit"], where=where
    )
    items = []
    for site, metres in found:
        item = {name: getattr(site, name) for name in SITE_NAMES}
        for name, function in SITE_CONVERT.items():
            item[name] = function(item[name])
        items.append({**item, "distance_metres": metres})
    return json_response({"items": items, "next": None})
