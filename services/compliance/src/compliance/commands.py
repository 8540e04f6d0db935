"""Composition root of the command line: commands that work on files, without any server or settings."""

from __future__ import annotations

from compliance.adapters.rule_packs import load_rule_set
from compliance.entrypoints.cli import safety_scan_command, screen_command

screen = screen_command(load_rule_set)
safety_scan = safety_scan_command(load_rule_set)
