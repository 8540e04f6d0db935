"""Named detectors: each turns what was read into evidence that conditions can ask for."""

from __future__ import annotations

from collections.abc import Mapping

from compliance.domain.findings import Evidence

Detected = Mapping[str, tuple[Evidence, ...]]
"""Evidence by detector name such as `own_medicine.named`; an empty tuple means looked for and not found."""
