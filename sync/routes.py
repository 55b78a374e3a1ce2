"""HTTP of sync: enrol, push, pull, receipts, and what waits for a decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.files import api as files
from server.kernel import changes, clock
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    current_session,
    public,
    requires,
)
from server.kernel.paging import Page, PageQuerySchema, fetch_page, json_response, page_schema
from server.kernel.problems import ProblemSchema
from sync import queries, receipts, rules, service
from sync.errors import ResyncRequired
from sync.models import Installation, SyncCommand
from sync.schemas import (
    CommandQuerySchema,
    DigestSchema,
    InstallationEnrolSchema,
    InstallationSchema,
    KeySetSchema,
    ListedSyncCommandSchema,
    PullQuerySchema,
    PullSchema,
    PushResultSchema,
    PushSchema,
    ReceiptAskSchema,
    ReceiptSchema,
    ResolutionSchema,
    SyncCommandSchema,
)

blp = ApiBlueprint("sync", __name__, url_prefix="/api/v1", description="Offline sync")
STATES = {
    changes.ItemState.OUT: "out",
    changes.ItemState.VISIBLE: "visible",
    changes.ItemState.DELETED: "deleted",
}


@blp.route("/sync/installations")
class Installations(MethodView):
    @requires("sync.use")
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, page_schema(InstallationSchema))
    def get(self, query: dict[str, Any]) -> Page:
        """List enrolled apps: one's own, or everybody's for who may manage them"""
        actor = current_actor()
        owner = None if actor.may("sync.manage") else actor.id
        statement = queries.list_installations(owner)
        return fetch_page(current_session(), statement, keys=[Installation.id], query=query)

    @requires("sync.use")
    @blp.arguments(InstallationEnrolSchema)
    @blp.response(201, InstallationSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Installation:
        """Enrol this app"""
        return service.enrol(current_session(), actor=current_actor(), **args)


@blp.route("/sync/installations/<uuid:installation_id>/revocation")
class Revocations(MethodView):
    @requires("sync.manage")
    @blp.response(200, InstallationSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def post(self, installation_id: UUID) -> Installation:
        """Stop an app from syncing and sign it out"""
        session = current_session()
        installation = queries.get_any_installation(session, installation_id)
        return service.revoke(session, installation=installation)


@blp.route("/sync/push")
class Push(MethodView):
    @requires("sync.use")
    @blp.arguments(PushSchema)
    @blp.response(200, PushResultSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> dict[str, Any]:
        """Take in commands recorded on a device"""
        session, actor = current_session(), current_actor()
        installation = queries.lock_installation(session, actor, args["installation_id"])
        results, height = service.push(
            session,
            actor=actor,
            installation=installation,
            sent_at=args["sent_at"],
            batch=args["commands"],
        )
        now = clock.now()
        return {
            "ack_seq": installation.last_seq,
            "results": results,
            "height": height,
            "epoch": changes.height(session).epoch,
            "server_time": now,
            "receipt": receipts.sign_receipt(
                current_platform().settings,
                tenant_id=actor.tenant_id,
                commands=[result["id"] for result in results],
                blobs=[],
                issued_at=now,
            ),
        }


@blp.route("/sync/pull")
class Pull(MethodView):
    @requires("sync.use")
    @blp.arguments(PullQuerySchema, location="query")
    @blp.response(200, PullSchema)
    @blp.alt_response(410, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """Give what has changed since a cursor, in the caller's own view"""
        session, actor = current_session(), current_actor()
        head = changes.height(session)
        view = rules.view_of(actor.id, actor.feed_scopes | actor.permissions)
        after = _position(query, head, view)
        limit = query["limit"]
        found = changes.changes_after(
            session, scopes=actor.feed_scopes, after=after, up_to=head.seq, limit=limit + 1
        )
        more, found = len(found) > limit, found[:limit]
        documents = queries.documents(session, actor, found)
        # At the end the cursor moves past what other scopes were given meanwhile.
        reached = found[-1].seq if more else head.seq
        return json_response(
            {
                "changes": [_change(change, documents) for change in found],
                "cursor": rules.Cursor(head.epoch, reached, view).encode(),
                "more": more,
                "height": head.seq,
                "epoch": head.epoch,
                "server_time": clock.now(),
            }
        )


@blp.route("/sync/digest")
class Digest(MethodView):
    @requires("sync.use")
    @blp.response(200, DigestSchema)
    def get(self) -> dict[str, Any]:
        """Give count and digest of what the caller's view holds, per kind"""
        session = current_session()
        head = changes.height(session)
        kinds = queries.digests(session, current_actor())
        return {"height": head.seq, "epoch": head.epoch, "kinds": kinds}


@blp.route("/sync/receipts")
class Receipts(MethodView):
    @requires("sync.use")
    @blp.arguments(ReceiptAskSchema)
    @blp.response(200, ReceiptSchema)
    def post(self, args: dict[str, Any]) -> dict[str, Any]:
        """Sign for the commands and files that are safe here, and name those that are not"""
        session, actor = current_session(), current_actor()
        known = queries.known_commands(session, args["commands"])
        own = {command_id for command_id, row in known.items() if row.user_id == actor.id}
        held = files.held_blobs(session, actor, args["blobs"])
        commands = [command_id for command_id in args["commands"] if command_id in own]
        blobs = [sha256 for sha256 in args["blobs"] if sha256 in held]
        files.note_receipt(session, actor=actor, hashes=blobs)
        return {
            "commands": commands,
            "blobs": blobs,
            "missing_commands": [c for c in args["commands"] if c not in own],
            "missing_blobs": [b for b in args["blobs"] if b not in held],
            "receipt": receipts.sign_receipt(
                current_platform().settings,
                tenant_id=actor.tenant_id,
                commands=commands,
                blobs=blobs,
                issued_at=clock.now(),
            ),
        }


@blp.route("/receipt-keys")
class ReceiptKeys(MethodView):
    @public(own_unit=True)
    @blp.response(200, KeySetSchema)
    def get(self) -> dict[str, Any]:
        """Give the public keys that receipts are checked with"""
        return receipts.public_keys(current_platform().settings)


@blp.route("/sync/commands")
class Commands(MethodView):
    @requires("sync.manage")
    @blp.arguments(CommandQuerySchema, location="query")
    @blp.response(200, page_schema(ListedSyncCommandSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List commands; without filter those that wait for a decision"""
        session, statement = current_session(), queries.list_commands(query)
        page = fetch_page(session, statement, keys=[SyncCommand.id], query=query, descending=True)
        items = queries.command_documents(session, page.items)
        return json_response({"items": items, "next": page.next})


@blp.route("/sync/commands/<uuid:command_id>")
class CommandById(MethodView):
    @requires("sync.use")
    @blp.response(200, SyncCommandSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, command_id: UUID) -> SyncCommand:
        """Show a command and what became of it"""
        return queries.visible_command(current_session(), current_actor(), command_id)


@blp.route("/sync/commands/<uuid:command_id>/resolution")
class CommandResolutions(MethodView):
    @requires("sync.manage")
    @blp.arguments(ResolutionSchema)
    @blp.response(200, SyncCommandSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any], command_id: UUID) -> SyncCommand:
        """Decide about a command that could not simply be applied"""
        session = current_session()
        command = queries.lock_command(session, command_id)
        return service.resolve(session, actor=current_actor(), command=command, **args)


def _position(query: dict[str, Any], head: changes.FeedHead, view: str) -> int:
    """Return the height to read on from; raises ResyncRequired when the cursor has no meaning."""
    cursor = query["cursor"]
    if cursor is None:
        return head.seq if query["from_"] is rules.PullStart.HEAD else 0
    decoded = rules.decode_cursor(cursor)
    if decoded is None or decoded.epoch != head.epoch or decoded.view != view:
        raise ResyncRequired("Pull again without a cursor.", epoch=head.epoch)
    if decoded.seq > head.seq or 0 < decoded.seq < head.floor:
        raise ResyncRequired("Pull again without a cursor.", epoch=head.epoch)
    return decoded.seq


def _change(
    change: changes.Change, documents: dict[tuple[str, UUID], dict[str, Any]]
) -> dict[str, Any]:
    document = documents.get((change.kind, change.entity_id))
    state = change.state
    if state is changes.ItemState.VISIBLE and document is None:
        state = changes.ItemState.OUT  # The role does not show it, or it went meanwhile.
    return {
        "kind": change.kind,
        "id": change.entity_id,
        "state": STATES[state],
        "revision": change.version,
        "document": document,
    }
