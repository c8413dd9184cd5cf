"""Audit the dependencies: ``python -m audit``. Status 1 if anything has to be mended."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from audit.advisories import NoServiceError, ask_any, check_advisories
from audit.findings import Accepted, Report, read_accepted
from audit.licences import check_licences, installed
from audit.lock import check_lock, read_lock
from copydesk.errors import UsageError

ROOT: Final = Path(__file__).resolve().parents[1]
SERVICES: Final = {"the package index": ["--vulnerability-service=pypi"], "OSV": ["--vulnerability-service=osv"]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit, and print what was checked and found.

    Args:
        arguments: without the program's name; those of the process by default.

    Returns:
        0; 1 with findings; 2 on wrong use.
    """
    chosen = _parser().parse_args(arguments)
    try:
        advisories, licences = read_accepted(chosen.accepted)
        text, project = chosen.lock.read_text("utf-8"), chosen.project.read_text("utf-8")
    except (UsageError, OSError) as error:
        print(f"audit: {error}", file=sys.stderr)
        return 2
    pins = read_lock(text)
    reports = [check_lock(pins, project), check_licences((pin.name for pin in pins), installed(), licences)]
    reports.append(_advisories(chosen, advisories, len(pins)))
    for report in reports:
        print(report.remark)
        for finding in report.findings:
            print(f"  {finding}")
    return int(any(report.findings for report in reports))


def _advisories(chosen: argparse.Namespace, accepted: Sequence[Accepted], pins: int) -> Report:
    services = SERVICES
    if chosen.service:
        services = {chosen.service: ["--vulnerability-service=osv", f"--osv-url={chosen.service}"]}
    try:
        return check_advisories(ask_any(chosen.lock, services), accepted)
    except NoServiceError as error:
        remark = f"advisories: NOT CHECKED for any of the {pins} pins: no service can be asked from here ({error})"
        return Report(remark, ("advisories are required",) if chosen.require_advisories else ())
    except RuntimeError as error:
        return Report("advisories: NOT CHECKED", (str(error),))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m audit", description="Audit the dependencies.")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock", help="the pins")
    parser.add_argument("--project", type=Path, default=ROOT / "pyproject.toml", help="what they are pinned for")
    parser.add_argument("--accepted", type=Path, default=ROOT / "audit" / "accepted.toml", help="the exceptions")
    parser.add_argument("--service", metavar="URL", help="a service that speaks as OSV does, instead of the usual ones")
    parser.add_argument("--require-advisories", action="store_true", help="fail where no service can be asked")
    return parser


if __name__ == "__main__":
    sys.exit(main())
