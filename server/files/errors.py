"""Why a file is refused, with a stable code each."""

from __future__ import annotations

from server.kernel.errors import DomainError


class FileEmpty(DomainError):
    """A file of zero bytes proves nothing; the phone most likely failed to write it."""

    code = "file-empty"
    status = 422
    title = "Empty file"


class FileTooLarge(DomainError):
    """More bytes than the platform takes for one file."""

    code = "file-too-large"
    status = 413
    title = "File too large"


class FileTypeNotAllowed(DomainError):
    """The bytes are of no type on the allow-list, whatever their name says."""

    code = "file-type-not-allowed"
    status = 415
    title = "File type not allowed"


class FileTypeMismatch(DomainError):
    """The bytes are of another type than the sender declared."""

    code = "file-type-mismatch"
    status = 422
    title = "File type mismatch"


class ImageTooLarge(DomainError):
    """More pixels than the platform decodes; small files can hold enormous images."""

    code = "image-too-large"
    status = 422
    title = "Image too large"


class ImageUnreadable(DomainError):
    """No picture can be made of the bytes; the file itself may still be kept as evidence."""

    code = "image-unreadable"
    status = 422
    title = "Unreadable image"


class ImageTooCostly(DomainError):
    """Decoding hit the limit of memory or time; another attempt may succeed."""

    code = "image-too-costly"
    status = 503
    title = "Image too costly"
