"""The only room of the library that knows Kafka."""
