"""The version of the pipeline, stamped into every event."""

from typing import Final

PIPELINE_VERSION: Final = "0.1.0"
