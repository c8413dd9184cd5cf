"""Accuracy on annotated news, with floors that only rise."""
