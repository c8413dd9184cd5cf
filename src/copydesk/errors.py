"""What can be wrong, and whose fault it is."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an article became a dead letter.

    The closed list: the label of the metric and the header of the dead letter alike.
    """

    UNDECODABLE = "undecodable"
    """The bytes are neither a known JSON form, nor HTML, nor text in any encoding."""
    INVALID = "invalid"
    """A field has the wrong type, is missing, or points outside the text."""
    UNKNOWN_VERSION = "unknown-version"
    """The record says that it is an event of a type or version that this stage does not read."""
    EMPTY = "empty"
    """Nothing is left to publish: no content, or clutter only."""
    TOO_LARGE = "too-large"
    """More bytes, or deeper nesting, than the limits allow."""
    NOT_AN_ARTICLE = "not-an-article"
    """A home page, a list of links, an error or consent page."""
    DEADLINE = "deadline"
    """The stage did not end within the time that one article may take."""
    KILLED_WORKER = "killed-worker"
    """The worker process died on this article, also when it was tried alone."""
    STAGE_FAILED = "stage-failed"
    """The stage raised an error that it should not have: a defect of ours, shown by this article."""


class CopydeskError(Exception):
    """Base of every error that Copydesk raises on purpose."""


class Reject(CopydeskError):
    """The article's own fault: never retried, always a dead letter.

    Args:
        reason: one of the closed list.
        message: what was wrong and where, for the person who reads the dead letter.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


class UsageError(CopydeskError):
    """A bad setting, an unreadable file, a broker that is away: one line and exit status 2."""
