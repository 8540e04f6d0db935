"""Composition root of the command line: commands that work on files, without any server or settings."""

from __future__ import annotations

import os
from pathlib import Path

from compliance.adapters.rule_packs import load_rule_set
from compliance.domain.screening.rules import RuleSet
from compliance.entrypoints.cli import safety_scan_command, screen_command
from compliance.entrypoints.lexicon import Imported, lexicon_command

_CHECKOUT = Path("deploy") / "kafka" / "topics.yaml"


def lexicons_folder() -> Path:
    """Where imported medicine lists are kept: in the launcher's data folder (RAPPORT_DATA moves it)."""
    data = os.environ.get("RAPPORT_DATA")
    if data:
        return Path(data) / "lexicons"
    around = (*Path(__file__).resolve().parents, Path.cwd(), *Path.cwd().parents)
    root = next((folder for folder in around if (folder / _CHECKOUT).is_file()), Path.cwd())
    return root / "rapport-data" / "lexicons"


def _rule_set(rules: Path | None, lexicons: Path | None) -> RuleSet:
    return load_rule_set(rules, lexicons or lexicons_folder())


def _import_list(file: Path, into: Path, as_of: str | None, source: str | None) -> Imported:
    from compliance.adapters.lexicon_import import import_list, words_of  # noqa: PLC0415 - screening needs none of it

    return import_list(file, into=into, words=words_of(load_rule_set().lexicon), as_of=as_of, source=source)


screen = screen_command(_rule_set)
safety_scan = safety_scan_command(_rule_set)
lexicon = lexicon_command(_import_list, lexicons_folder)
