"""What the tests of files share: a record to attach to, and files in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.files import api as files
from server.files.models import Attachment
from server.kernel.actors import Actor
from server.kernel.ids import new_id
