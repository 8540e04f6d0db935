"""HTTP and Kafka, as seen from outside."""
