"""PostgreSQL and Apache Kafka, the real ones, brought as packages and run on this machine only."""
