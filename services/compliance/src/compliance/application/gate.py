"""The gate's own means: rules, company facts, limits, time and ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.application.ports import Scan, Screen
from compliance.domain.findings import Severity
from compliance.domain.hand_over import HandOverLimit
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Bound once at start. `rule_set` is the hash of the loaded rules, `company` as in the ActionSnapshot.

    `approvals_required` says per verdict how many different people have to approve.
    """

    screen: Screen
    scan: Scan
    rule_set: str
    company: Mapping[str, Any]
    approvals_required: Mapping[Severity, int]
    hand_over: HandOverLimit
    clock: Clock
    new_id: IdFactory
