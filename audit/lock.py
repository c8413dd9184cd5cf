"""The pins of requirements.lock: all of them with hashes, and in step with pyproject.toml."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from audit.findings import Report

_DIRECT: Final = "copydesk (pyproject.toml)"
"""What uv writes below the pins that pyproject.toml itself asks for."""
_MEND: Final = "run `make lock`"


@dataclass(frozen=True, slots=True)
class Pin:
    """One requirement of the lock.

    Args:
        name: in canonical form.
        version: the one that is installed; empty if the lock leaves a choice.
        hashes: how many files may be installed for it.
        direct: whether pyproject.toml itself asks for it.
    """

    name: str
    version: str
    hashes: int
    direct: bool


def read_lock(text: str) -> list[Pin]:
    """The pins of a lock, as uv writes it.

    Args:
        text: of requirements.lock.
    """
    found: list[Pin] = []
    for block in re.split(r"\n(?=[^\s#])", "\n" + text):
        head = block.strip().partition("\n")[0]
        if not head or head.startswith("#"):
            continue
        try:
            requirement = Requirement(head.partition(" --hash")[0].rstrip("\\ "))
        except InvalidRequirement:
            found.append(Pin(head.rstrip("\\ "), "", 0, direct=False))
            continue
        exact = [one.version for one in requirement.specifier if one.operator == "=="]
        found.append(
            Pin(
                canonicalize_name(requirement.name),
                exact[0] if len(exact) == 1 and len(requirement.specifier) == 1 and "*" not in exact[0] else "",
                len(re.findall(r"--hash=sha(?:256|384|512):[0-9a-f]{64,128}\b", block)),
                direct=_DIRECT in block,
            )
        )
    return found


def check_lock(pins: Sequence[Pin], project: str) -> Report:
    """See that nothing can be installed but what was locked, and that the lock is that of the project.

    Args:
        pins: of the lock.
        project: text of pyproject.toml.
    """
    findings = [f"{pin.name} has no exact version in the lock: {_MEND}" for pin in pins if not pin.version]
    findings += [f"{pin.name} has no hash in the lock: {_MEND}" for pin in pins if not pin.hashes]
    findings += _out_of_step(pins, _asked_for(project))
    state = "see below" if findings else "all with hashes, and in step with pyproject.toml"
    return Report(f"requirements.lock: {len(pins)} pins, {state}", tuple(findings))


def _asked_for(project: str) -> list[Requirement]:
    table = tomllib.loads(project)["project"]
    groups = [table.get("dependencies", []), *table.get("optional-dependencies", {}).values()]
    return [Requirement(text) for group in groups for text in group]


def _out_of_step(pins: Sequence[Pin], asked_for: Sequence[Requirement]) -> list[str]:
    versions: dict[str, list[str]] = {}
    for pin in pins:
        versions.setdefault(pin.name, []).append(pin.version)
    findings = []
    for requirement in asked_for:
        locked = versions.get(canonicalize_name(requirement.name), [])
        if not locked:
            findings.append(f"pyproject.toml asks for {requirement}, and the lock has none: {_MEND}")
        findings += [
            f"pyproject.toml asks for {requirement}, and the lock has {version}: {_MEND}"
            for version in locked
            if version and not requirement.specifier.contains(version, prereleases=True)
        ]
    names = {canonicalize_name(requirement.name) for requirement in asked_for}
    findings += [
        f"the lock has {pin.name} for pyproject.toml, which does not ask for it: {_MEND}"
        for pin in pins
        if pin.direct and pin.name not in names
    ]
    return findings
