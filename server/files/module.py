"""Wiring of the files room."""

from __future__ import annotations

from server.files import commands, feed, jobs
from server.files.errors import AttachmentExists
from server.files.routes import blp
from server.kernel.modules import Module

DESK = ("admin", "director", "dispatcher", "agent", "lead")

MODULE = Module(
    name="files",
    blueprints=(blp,),
    commands=(commands.ATTACHMENT_ADD,),
    feed_kinds=(feed.ATTACHMENT,),
    jobs={
        "files.make_thumbnails": jobs.make_thumbnails,
        "files.delete_content": jobs.delete_content,
        "files.forget_unused": jobs.forget_unused,
    },
    periodic={"files.forget_unused": 24 * 3600},
    permissions={
        "attachments.read": (*DESK, "engineer", "storekeeper"),
        "attachments.add": (*DESK, "engineer", "storekeeper"),
        "attachments.see_place": ("admin", "director", "dispatcher", "lead"),
    },
    constraints={"pk_attachment": AttachmentExists},
)
