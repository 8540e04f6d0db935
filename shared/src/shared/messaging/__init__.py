"""Apache Kafka: the only transport, and the only producer in the repository."""
