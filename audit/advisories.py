"""Known vulnerabilities of the pinned versions, asked for by pip-audit where anybody answers."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name

from audit.findings import Accepted, Report, stale

TIMEOUT: Final = 10
"""Seconds that a service may take for one answer."""
DEADLINE: Final = 300.0
"""Seconds that one service may take in all."""
_AWAY: Final = re.compile(r"\w*(?:Connection|Service|Timeout|Proxy|SSL|JSONDecode)Error|Timeout\b|may be blocking")
"""What pip-audit ends with when a service does not answer, or not in its terms; its own faults read differently."""


class NoServiceError(Exception):
    """Nobody could be asked."""


def ask(lock: Path, service: Sequence[str]) -> list[dict[str, Any]]:
    """Have pip-audit ask a service about each pin.

    Args:
        lock: the file; nothing of it is installed or resolved.
        service: arguments that name the service.

    Returns:
        pip-audit's account of each package.

    Raises:
        NoServiceError: it does not answer, or knows none of the packages.
        RuntimeError: pip-audit itself failed.
    """
    options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json", f"--timeout={TIMEOUT}"]
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), *options, *service]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=DEADLINE)
    except subprocess.TimeoutExpired as error:
        raise NoServiceError(f"no answer within {DEADLINE:g} s") from error
    if done.stdout.strip():
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        if any("vulns" in one for one in found):
            return found
        raise NoServiceError("it knows none of the packages")
    last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if _AWAY.search(done.stderr):
        raise NoServiceError(last.partition(": ")[0].rpartition(".")[2])
    raise RuntimeError(f"pip-audit failed with status {done.returncode}: {last}")


def ask_any(lock: Path, services: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Ask the first service that answers.

    Args:
        lock: the file.
        services: arguments for pip-audit, by what we call the service.

    Raises:
        NoServiceError: none answers; tells what was wrong with each.
        RuntimeError: pip-audit itself failed.
    """
    reasons = []
    for name, service in services.items():
        try:
            return ask(lock, service)
        except NoServiceError as error:
            reasons.append(f"{name}: {error}")
    raise NoServiceError("; ".join(reasons))


def check_advisories(account: Sequence[Mapping[str, Any]], accepted: Sequence[Accepted]) -> Report:
    """See that nothing is known against a pin, but what is accepted.

    Args:
        account: as `ask` returns it.
        accepted: exceptions.
    """
    findings, used, asked = [], [], 0
    for package in account:
        name = canonicalize_name(package["name"])
        asked += "vulns" in package
        for one in package.get("vulns", ()):
            names = {one["id"], *one.get("aliases", ())}
            excused = [other for other in accepted if other.package == name and other.id in names]
            used += excused
            if not excused:
                findings.append(_finding(package, one))
    unknown = sorted(canonicalize_name(package["name"]) for package in account if "vulns" not in package)
    findings += stale([one for one in accepted if one.package not in unknown], used)
    remark = f"advisories: {asked} packages asked about"
    if unknown:
        remark += f"; NOT CHECKED, since the service does not know them: {', '.join(unknown)}"
    if used:
        remark += f"; accepted: {', '.join(sorted(f'{one.package} {one.id}' for one in used))}"
    return Report(remark, tuple(findings))


def _finding(package: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    fixed = one.get("fix_versions") or ()
    mend = f"update it to {' or '.join(fixed)}" if fixed else "no version mends it: do without it"
    about = " ".join(str(one.get("description", "")).split())[:120]
    return f"{package['name']} {package['version']}: {one['id']}: {about}: {mend}, or accept it with a reason"
