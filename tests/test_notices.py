"""The third-party notices: complete for what is installed."""

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def _needed(package: str) -> set[str]:
    """All packages that a package needs here to run, itself included."""
    known: dict[str, set[str]] = {}
    waiting = [Requirement(package)]
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), requirement.extras | {""}
        if name in known and extras <= known[name]:
            continue
        known[name] = known.get(name, set()) | extras
        children = map(Requirement, metadata.requires(name) or [])
        waiting += [
            child
            for child in children
            if child.marker is None or any(child.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return set(known)


def test_every_package_at_run_time_is_listed_with_a_licence() -> None:
    """The table has each package that Copydesk needs here, with a licence."""
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text("utf-8")
    listed = {canonicalize_name(name) for name, _ in re.findall(r"^\| `([\w.-]+)` \| (\w.*) \|$", notices, re.M)}

    assert _needed("copydesk") - {"copydesk"} <= listed


def test_licence_is_the_one_that_the_package_states() -> None:
    """The licence file is the Apache License 2.0, whole, and the package's metadata say so."""
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert metadata.metadata("copydesk")["License-Expression"] == "Apache-2.0"
