"""What every file store does, proved on the folder and on a bucket."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer

from server.kernel.storage import (
    DifferentContent,
    FileMissing,
    FileStore,
    FolderFileStore,
    StorageUnavailable,
    blob_key,
    file_store,
)

TENANT = UUID("0192f0a0-0000-7000-8000-000000000001")
OTHER_TENANT = UUID("0192f0a0-0000-7000-8000-000000000002")
buckets = itertools.count()


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FileStore:
    if request.param == "folder":
        return file_store((tmp_path / "files").as_uri())
    endpoint = request.getfixturevalue("s3_endpoint")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    bucket = f"files-{next(buckets)}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=bucket)
    return file_store(f"s3://{bucket}/truckroll?endpoint_url={endpoint}&region=us-east-1")


def a_file(folder: Path, content: bytes, name: str = "source") -> tuple[Path, str]:
    path = folder / name
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def read(store: FileStore, key: str, start: int = 0, length: int | None = None) -> bytes:
    with store.open(key, start=start, length=length) as stream:
        return stream.read()


def test_a_stored_file_is_read_back_under_the_name_of_its_content(
    store: FileStore, tmp_path: Path
) -> None:
    path, sha256 = a_file(tmp_path, b"evidence")

    key = store.put(TENANT, path, sha256=sha256)

    assert key == f"blobs/{TENANT}/{sha256[:2]}/{sha256}" == blob_key(TENANT, sha256)
    assert read(store, key) == b"evidence"
    facts = store.stat(key)
    assert facts is not None
    assert (facts.size, facts.stored_at.utcoffset() is not None) == (8, True)


def test_storing_twice_is_storing_once(store: FileStore, tmp_path: Path) -> None:
    path, sha256 = a_file(tmp_path, b"evidence")

    keys = {store.put(TENANT, path, sha256=sha256) for _ in range(3)}

    assert list(store.iter_keys()) == list(keys)


def test_bytes_that_are_not_the_declared_ones_are_refused(store: FileStore, tmp_path: Path) -> None:
    path, _ = a_file(tmp_path, b"evidence")
    declared = hashlib.sha256(b"other").hexdigest()

    with pytest.raises(DifferentContent):
        store.put(TENANT, path, sha256=declared)

    assert store.stat(blob_key(TENANT, declared)) is None
    assert list(store.iter_keys()) == []


def test_other_bytes_are_refused_under_a_name_already_kept(
    store: FileStore, tmp_path: Path
) -> None:
    path, sha256 = a_file(tmp_path, b"evidence")
    other, _ = a_file(tmp_path, b"evidencf", "other")
    key = store.put(TENANT, path, sha256=sha256)

    with pytest.raises(DifferentContent):
        store.put(TENANT, other, sha256=sha256)

    assert read(store, key) == b"evidence"


@pytest.mark.parametrize("size", [0, 1, 8 * 1024 * 1024, 20 * 1024 * 1024 + 7])
def test_files_of_every_size_survive(store: FileStore, tmp_path: Path, size: int) -> None:
    path, sha256 = a_file(tmp_path, os.urandom(size))

    key = store.put(TENANT, path, sha256=sha256)

    assert hashlib.sha256(read(store, key)).hexdigest() == sha256


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (4, None, b"456789"),
        (4, 3, b"456"),
        (8, 100, b"89"),
        (10, None, b""),
        (50, 5, b""),
        (3, 0, b""),
    ],
)
def test_a_range_of_a_file_is_read(
    store: FileStore, tmp_path: Path, start: int, length: int | None, expected: bytes
) -> None:
    path, sha256 = a_file(tmp_path, b"0123456789")

    key = store.put(TENANT, path, sha256=sha256)

    assert read(store, key, start, length) == expected


def test_a_stream_is_read_in_pieces(store: FileStore, tmp_path: Path) -> None:
    path, sha256 = a_file(tmp_path, b"0123456789")
    key = store.put(TENANT, path, sha256=sha256)

    with store.open(key, start=1, length=7) as stream:
        pieces = [stream.read(3), stream.read(3), stream.read(3), stream.read(3)]

    assert pieces == [b"123", b"456", b"7", b""]


def test_a_missing_file_is_told_apart_from_an_empty_one(store: FileStore) -> None:
    key = blob_key(TENANT, "0" * 64)

    assert store.stat(key) is None
    for length in (None, 0, 5):
        with pytest.raises(FileMissing):
            store.open(key, length=length)


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: FileStore, tmp_path: Path) -> None:
    path, sha256 = a_file(tmp_path, b"evidence")
    key = store.put(TENANT, path, sha256=sha256)

    store.delete(key)
    store.delete(key)

    assert (store.stat(key), list(store.iter_keys())) == (None, [])


def test_tenants_keep_their_files_apart(store: FileStore, tmp_path: Path) -> None:
    path, sha256 = a_file(tmp_path, b"the same bytes")
    mine = store.put(TENANT, path, sha256=sha256)
    theirs = store.put(OTHER_TENANT, path, sha256=sha256)

    store.delete(mine)

    assert list(store.iter_keys(TENANT)) == []
    assert list(store.iter_keys(OTHER_TENANT)) == list(store.iter_keys()) == [theirs]


def test_keys_are_listed_in_order(store: FileStore, tmp_path: Path) -> None:
    keys = [
        store.put(TENANT, path, sha256=sha256)
        for path, sha256 in (a_file(tmp_path, str(i).encode()) for i in range(12))
    ]

    assert list(store.iter_keys(TENANT)) == sorted(keys)


@pytest.mark.parametrize(
    "key",
    ["../etc/passwd", f"blobs/{TENANT}/../../x", "", "/abs", f"blobs/{TENANT}/ab/{'c' * 64}"],
)
def test_no_key_leads_out_of_the_store(store: FileStore, key: str) -> None:
    for refuse in (store.open, store.stat, store.delete):
        with pytest.raises(ValueError, match="Not a key"):
            refuse(key)


@pytest.mark.parametrize("sha256", ["", "A" * 64, "g" * 64, "../" + "a" * 61, "a" * 63])
def test_only_a_sha256_names_a_file(store: FileStore, tmp_path: Path, sha256: str) -> None:
    path, _ = a_file(tmp_path, b"evidence")

    with pytest.raises(ValueError, match="sha256"):
        store.put(TENANT, path, sha256=sha256)


def test_many_writers_of_one_file_leave_one_whole_file(store: FileStore, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    path, sha256 = a_file(tmp_path, content)
    keys: list[str] = []

    threads = [
        threading.Thread(target=lambda: keys.append(store.put(TENANT, path, sha256=sha256)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert keys == [blob_key(TENANT, sha256)] * 6
    assert read(store, keys[0]) == content


def test_a_folder_never_overwrites_what_stands_under_a_name(tmp_path: Path) -> None:
    store = FolderFileStore(tmp_path / "files")
    path, sha256 = a_file(tmp_path, b"evidence")
    target = store.root / blob_key(TENANT, sha256)
    target.parent.mkdir(parents=True)
    target.write_bytes(b"damaged!")

    with pytest.raises(DifferentContent, match="The bytes have"):
        store.put(TENANT, path, sha256=sha256)

    assert target.read_bytes() == b"damaged!"


def test_a_folder_removes_what_a_crash_left_behind_a_day_ago(tmp_path: Path) -> None:
    store = FolderFileStore(tmp_path / "files")
    old, fresh = store.incoming / "old", store.incoming / "fresh"
    old.touch()
    fresh.touch()
    os.utime(old, (0, 0))

    FolderFileStore(tmp_path / "files")

    assert (old.exists(), fresh.exists()) == (False, True)


def test_a_bucket_that_cannot_be_reached_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store = file_store("s3://nowhere/x?endpoint_url=http://127.0.0.1:9&region=us-east-1")
    path, sha256 = a_file(tmp_path, b"evidence")

    with pytest.raises(StorageUnavailable):
        store.put(TENANT, path, sha256=sha256)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://host/x", "file://host/x", "s3:///x", "s3://k:s@bucket/x", "s3://bucket/x?key=1"],
)
def test_an_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"not in|no more"):
        file_store(url)
