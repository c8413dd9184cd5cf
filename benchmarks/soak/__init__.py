"""Soak: one worker at full load for an hour, while the memory of each of its processes is watched."""
