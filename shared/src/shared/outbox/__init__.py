"""Transactional outbox: facts waiting to be published, written with the state they report."""
