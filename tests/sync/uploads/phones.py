"""A phone that speaks tus, and what tests of uploads look at."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from tests.platforms import ApiClient, Person

PATH = "/api/v1/uploads/"
MIB = 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"
SignIn = Callable[..., Person]


def b64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def metadata(**pairs: str) -> str:
    return ",".join(f"{key} {b64(value)}" for key, value in pairs.items())


@dataclass
class Phone:
    """Speaks tus through the application's test client."""

    client: ApiClient
    headers: dict[str, str] = field(default_factory=lambda: dict(TUS))

    def start(self, length: int | str, said: str = "", **headers: str) -> TestResponse:
        named = {"Upload-Length": str(length), "Upload-Metadata": said, **headers}
        return self.client.post(PATH, headers={**self.headers, **named})

    def started(self, length: int, said: str = "") -> str:
        answer = self.start(length, said)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.headers["Location"])

    def head(self, url: str) -> TestResponse:
        return self.client.open("HEAD", url, headers=self.headers)

    def send(self, url: str, offset: int, content: bytes, **changes: Any) -> TestResponse:
        headers = {**self.headers, "Upload-Offset": str(offset), **changes.pop("headers", {})}
        options = {"data": content, "content_type": BYTES, **changes}
        return self.client.patch(url, headers=headers, **options)

    def end(self, url: str) -> TestResponse:
        return self.client.delete(url, headers=self.headers)


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


class Broken(io.BytesIO):
    """A connection that brings less than was announced and then ends."""

    def __init__(self, content: bytes, announced: int) -> None:
        super().__init__(content)
        self.announced = announced
        self.is_measured = False

    def seek(self, position: int, whence: int = 0) -> int:
        self.is_measured = whence == io.SEEK_END
        return super().seek(position, whence)

    def tell(self) -> int:
        return self.announced if self.is_measured else super().tell()
