"""`rapport footprint`: the same rules on files, without any server."""

from __future__ import annotations

from audit.adapters.name_index import AhoCorasickFinder
from audit.adapters.policy_data import thresholds_in_force
from audit.entrypoints.footprint_command import footprint_command
from shared.kernel.clock import SystemClock

footprint = footprint_command(finder=AhoCorasickFinder, thresholds=thresholds_in_force, clock=SystemClock())
