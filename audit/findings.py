"""What an audit says: findings, which fail it, and remarks, which do not."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packaging.utils import canonicalize_name

from copydesk.errors import UsageError


@dataclass(frozen=True, slots=True)
class Report:
    """What one check has found.

    Args:
        remark: what was checked, and what was not, in one line.
        findings: what has to be mended, one line each.
    """

    remark: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that we live with.

    Args:
        package: its name in canonical form.
        reason: why, for whoever reads the list.
        since: when that was decided.
        id: of the advisory; empty for a licence.
    """

    package: str
    reason: str
    since: date
    id: str = ""


def read_accepted(path: Path) -> tuple[tuple[Accepted, ...], tuple[Accepted, ...]]:
    """Read the list of what we live with.

    Args:
        path: a TOML file with the tables ``advisories`` and ``licences``.

    Returns:
        The advisories, and the licences.

    Raises:
        UsageError: an entry lacks its reason or its date, or the file is no TOML.
    """
    try:
        lists = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path.name} is not readable: {error}") from error
    return (
        tuple(_accepted(path, entry, "id") for entry in lists.get("advisories", ())),
        tuple(_accepted(path, entry) for entry in lists.get("licences", ())),
    )


def _accepted(path: Path, entry: dict[str, object], *more: str) -> Accepted:
    package, reason, since = (entry.get(name) for name in ("package", "reason", "since"))
    texts = [package, reason, *(entry.get(name) for name in more)]
    if not isinstance(since, date) or not all(isinstance(text, str) and text for text in texts):
        wanted = ", ".join(("package", "reason", "since (a date)", *more))
        raise UsageError(f"{path.name}: {entry} needs {wanted}")
    return Accepted(canonicalize_name(str(package)), str(reason), since, str(entry.get("id", "")))


def stale(accepted: Iterable[Accepted], used: Iterable[Accepted]) -> list[str]:
    """A finding for each exception that nothing needs any more, so that the list does not rot."""
    known = set(used)
    return [
        f"{one.package}{f' {one.id}' if one.id else ''} is on the list of exceptions, and nothing is found against it: "
        "take it off"
        for one in accepted
        if one not in known
    ]
