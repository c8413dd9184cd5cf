"""The licences of the packages: none of the GPL family, which would pass its own terms on to whoever uses Copydesk."""

import re
from collections.abc import Collection, Iterable, Sequence
from importlib.metadata import PackageMetadata, distributions
from typing import Final

from packaging.utils import canonicalize_name

from audit.findings import Accepted, Report, stale

_FAMILY: Final = re.compile(r"\b[AL]?GPL|General Public License|Affero", re.IGNORECASE)


def installed() -> dict[str, str]:
    """What the packages that are installed here say of their licences, by canonical name."""
    return {canonicalize_name(one.metadata["Name"]): licence(one.metadata) for one in distributions()}


def licence(metadata: PackageMetadata) -> str:
    """What a package says of its licence; empty if it says nothing.

    The expression counts if there is one (PEP 639), else the classifiers, else the first line of the free text: what
    follows there may be a whole licence that names others.
    """
    classified = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    stated = "; ".join(metadata.get_all("License-Expression") or [])
    free = "".join(metadata.get_all("License") or []).strip().partition("\n")[0]
    return stated or "; ".join(classified) or free


def check_licences(pinned: Iterable[str], found: dict[str, str], accepted: Sequence[Accepted]) -> Report:
    """See that no package is of the GPL family or without a licence, but those that are accepted.

    Args:
        pinned: names of the packages of the lock.
        found: what those say that are installed; others, such as those for another system, are not looked at.
        accepted: exceptions.
    """
    names = set(pinned)
    looked_at = names & found.keys()
    wrong = {name for name in looked_at if not found[name] or _FAMILY.search(found[name])}
    used = [one for one in accepted if one.package in wrong]
    findings = [
        f"{name}: {found[name] or 'says nothing of its licence'}: do without it, or accept it with a reason"
        for name in sorted(wrong - {one.package for one in used})
    ]
    findings += stale([one for one in accepted if _can_tell(one, names, looked_at)], used)
    left = len(names) - len(looked_at)
    remark = f"licences: {len(looked_at)} packages looked at, {left} not installed here"
    return Report(remark + _named(used), tuple(findings))


def _can_tell(one: Accepted, names: Collection[str], looked_at: Collection[str]) -> bool:
    return one.package in looked_at or one.package not in names


def _named(used: Sequence[Accepted]) -> str:
    return f"; accepted: {', '.join(sorted(one.package for one in used))}" if used else ""
