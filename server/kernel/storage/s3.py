"""The file store of production: a bucket of any S3-compatible service, through boto3."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self, cast
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from server.kernel.storage.port import (
    DifferentContent,
    FileMissing,
    StorageUnavailable,
    StoredFile,
    blob_key,
    checked_key,
    require_same,
    sha256_of,
)

PART_SIZE = 8 * 1024 * 1024
OPTIONS = frozenset({"endpoint_url", "region"})
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
SHA256_FIELD = "sha256"


class S3FileStore:
    """Files in one bucket below one prefix; large ones travel in parts.

    The service checks the sha256 of every part it receives, and an object appears only when it is
    complete. Other objects of the bucket are neither listed nor touched.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        """Use ``client``, a boto3 S3 client, on a bucket that exists."""
        self.client = client
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.transfer = TransferConfig(
            multipart_threshold=PART_SIZE, multipart_chunksize=PART_SIZE, max_concurrency=4
        )

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``s3://bucket/prefix?endpoint_url=…&region=…``; raises ValueError."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        unknown = options.keys() - OPTIONS
        if not parts.netloc or unknown or "@" in parts.netloc:
            msg = "A bucket's address is s3://bucket/prefix?endpoint_url=…&region=…, no more."
            raise ValueError(msg)
        endpoint = options.get("endpoint_url")
        config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 4},
            # Services other than Amazon's rarely resolve the bucket as a host name.
            s3={"addressing_style": "path" if endpoint else "auto"},
        )
        client = boto3.client(
            "s3", endpoint_url=endpoint, region_name=options.get("region"), config=config
        )
        return cls(client, parts.netloc, parts.path)

    def put(self, tenant_id: UUID, source: Path, *, sha256: str) -> str:
        """Keep a copy of ``source`` under the name of its content.

        Two writers of the same key write the same bytes, so the second one may win unharmed.
        """
        key = blob_key(tenant_id, sha256)
        found, size = sha256_of(source)
        require_same(found, sha256)
        facts = self._head(key)
        if facts is None:
            self._upload(key, source, sha256)
            facts = self._head(key) or {}
        self._require_content(facts, sha256, size)
        return key

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> IO[bytes]:
        """Return the bytes from ``start``, at most ``length``."""
        if length is not None and length <= 0:
            return io.BytesIO() if self._head(key) else _missing(key)
        ranged: dict[str, str] = {}
        if start or length is not None:
            end = "" if length is None else str(start + length - 1)
            ranged["Range"] = f"bytes={start}-{end}"
        with _translated(key):
            try:
                answer = self.client.get_object(Bucket=self.bucket, Key=self._name(key), **ranged)
            except ClientError as error:
                if error.response["Error"].get("Code") == "InvalidRange":
                    return io.BytesIO()
                raise
        return cast("IO[bytes]", answer["Body"])

    def stat(self, key: str) -> StoredFile | None:
        """Return size and time of a file, None when the bucket does not hold it."""
        facts = self._head(key)
        if facts is None:
            return None
        return StoredFile(key=key, size=facts["ContentLength"], stored_at=facts["LastModified"])

    def delete(self, key: str) -> None:
        """Forget a file; a missing one is already forgotten."""
        with _translated(key):
            self.client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def iter_keys(self, tenant_id: UUID | None = None) -> Iterator[str]:
        """Yield the keys of a tenant, or of all, in ascending order."""
        prefix = f"{self.prefix}blobs/{tenant_id}/" if tenant_id else f"{self.prefix}blobs/"
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        with _translated(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    yield item["Key"].removeprefix(self.prefix)

    def _name(self, key: str) -> str:
        return self.prefix + checked_key(key)

    def _head(self, key: str) -> dict[str, Any] | None:
        try:
            with _translated(key):
                return dict(self.client.head_object(Bucket=self.bucket, Key=self._name(key)))
        except FileMissing:
            return None

    def _upload(self, key: str, source: Path, sha256: str) -> None:
        with _translated(key):
            self.client.upload_file(
                str(source),
                self.bucket,
                self._name(key),
                Config=self.transfer,
                ExtraArgs={"ChecksumAlgorithm": "SHA256", "Metadata": {SHA256_FIELD: sha256}},
            )

    def _require_content(self, facts: dict[str, Any], sha256: str, size: int) -> None:
        kept = facts.get("Metadata", {}).get(SHA256_FIELD)
        if facts.get("ContentLength") != size or kept != sha256:
            msg = f"Other bytes ({kept}) already stand under the name {sha256}."
            raise DifferentContent(msg)


def _missing(key: str) -> IO[bytes]:
    raise FileMissing(key)


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Tell a missing file and an unreachable store in the words of the port."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"].get("Code") in ABSENT:
            raise FileMissing(key) from None
        raise StorageUnavailable(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable(str(error)) from error
