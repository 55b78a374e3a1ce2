"""Why an upload is refused; the status codes are the ones tus 1.0 asks for."""

from __future__ import annotations

from typing import Any

from server.kernel.errors import DomainError

TUS_VERSION = "1.0.0"


class VersionUnsupported(DomainError):
    """``Tus-Resumable`` is missing or names a version that is not spoken here."""

    code = "tus-version-unsupported"
    status = 412
    title = "Version not supported"

    def __init__(self, detail: str, **params: Any) -> None:
        """Refuse and name the version that is spoken."""
        super().__init__(detail, **params)
        self.headers["Tus-Version"] = TUS_VERSION


class HeaderInvalid(DomainError):
    """A header of the protocol is missing or cannot be read."""

    code = "tus-header-invalid"
    status = 400
    title = "Header invalid"


class ChecksumUnsupported(DomainError):
    """The checksum's algorithm is not known here."""

    code = "checksum-algorithm-unsupported"
    status = 400
    title = "Checksum algorithm not supported"


class ChecksumMismatch(DomainError):
    """The bytes are not the ones that were promised; they were thrown away."""

    code = "checksum-mismatch"
    status = 460
    title = "Checksum mismatch"


class PatchTypeWrong(DomainError):
    """The body of a PATCH is declared as something else than bytes at an offset."""

    code = "patch-type-wrong"
    status = 415
    title = "Wrong media type"


class OffsetWrong(DomainError):
    """The bytes do not continue where the upload stands; ask again with HEAD."""

    code = "upload-offset-wrong"
    status = 409
    title = "Wrong offset"


class UploadTakenOver(DomainError):
    """A newer request writes this upload; what this one had stored is kept."""

    code = "upload-taken-over"
    status = 409
    title = "Taken over"


class UploadTooLong(DomainError):
    """More bytes than were announced, or than one request may carry."""

    code = "upload-too-long"
    status = 413
    title = "Too many bytes"


class UploadGone(DomainError):
    """The upload has expired or was refused as a whole; start a new one."""

    code = "upload-gone"
    status = 410
    title = "Gone"


class UploadsBusy(DomainError):
    """So many uploads run at once that the rest of the API would starve."""

    code = "uploads-busy"
    status = 503
    title = "Busy"

    def __init__(self, detail: str, **params: Any) -> None:
        """Refuse for now, with the time to wait in seconds."""
        super().__init__(detail, **params)
        self.headers["Retry-After"] = "2"


class TooManyUploads(DomainError):
    """One actor holds too many unfinished uploads."""

    code = "too-many-uploads"
    status = 429
    title = "Too many uploads"
