"""The only room of the library that knows Kafka."""

from copydesk.kafka import batches as batches  # no consumer may be made before aiokafka has learnt to read all batches
