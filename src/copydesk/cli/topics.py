"""Show the topics, after creating those that are missing."""

import argparse
import asyncio

from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import TOPICS
from copydesk.settings import settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """The command takes none."""


def execute(_chosen: argparse.Namespace) -> int:
    """Print one topic a line: name, partitions, retention, key, and what is on it."""
    found = asyncio.run(ensure_topics(settings()))
    for topic in TOPICS:
        kept = "compacted" if topic.days is None else f"{topic.days} days"
        partitions = f"{found[topic.name]} partition{'s' if found[topic.name] != 1 else ''}"
        print(f"{topic.name:<20} {partitions:<13} {kept:<10} key: {topic.key:<26} {topic.about}")
    return 0
