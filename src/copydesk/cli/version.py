"""Tell the versions of Copydesk, its pipeline and model, and what it runs on."""

import argparse
import platform
from importlib import metadata
from typing import Final

from copydesk.settings import settings
from copydesk.version import PIPELINE_VERSION

_SHOWN: Final = ("faust-streaming", "aiokafka", "confluent-kafka", "spacy")


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """The command takes none."""


def execute(_chosen: argparse.Namespace) -> int:
    """Print one version a line."""
    model = settings().model
    versions = {"copydesk": _version("copydesk"), "pipeline": PIPELINE_VERSION, model: _version(model)}
    versions |= {"python": platform.python_version()} | {name: _version(name) for name in _SHOWN}
    for name, version in versions.items():
        print(f"{name} {version}")
    return 0


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not a package)"
