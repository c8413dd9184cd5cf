"""The contracts: `schemas/`, written from the event classes and the table for readers in any language."""
