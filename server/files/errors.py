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


class AttachmentExists(DomainError):
    """The id already names an attachment of other bytes or of another record."""

    code = "attachment-exists"
    status = 409
    title = "Attachment exists"


class BytesNotArrived(DomainError):
    """The attachment is announced, but its bytes are still on the device that made them."""

    code = "bytes-not-arrived"
    status = 404
    title = "Bytes not arrived"


class ThumbnailMissing(DomainError):
    """There is no small picture of that size: not made yet, or the bytes cannot be decoded."""

    code = "thumbnail-missing"
    status = 404
    title = "No thumbnail"


class OriginalHidden(DomainError):
    """The original tells where it was taken, and the actor may not see places."""

    code = "original-hidden"
    status = 403
    title = "Original hidden"


class FileStoreAway(DomainError):
    """The place where files are kept cannot be reached; the same request may be sent again."""

    code = "file-store-away"
    status = 503
    title = "Files not reachable"
