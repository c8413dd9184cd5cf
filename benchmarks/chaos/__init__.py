"""Chaos: workers on a real Kafka while things are killed, stopped and restarted; then a count of every article."""
