"""For tests only: time, ids and tokens a test controls."""

from shared.testing.clock import FakeClock
from shared.testing.ids import sequence_ids
from shared.testing.tokens import TestIssuer, signed_principal

__all__ = ["FakeClock", "TestIssuer", "sequence_ids", "signed_principal"]
