"""The stages: one verb, one file, one function."""
