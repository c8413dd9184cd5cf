"""Copydesk: raw news articles in, clean and enriched events out."""

from copydesk.version import PIPELINE_VERSION

__version__ = PIPELINE_VERSION

__all__ = ["__version__"]
