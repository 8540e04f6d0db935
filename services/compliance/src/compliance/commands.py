"""Composition root of the command line: commands that work on files, without any server or settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from compliance.adapters.key_folder import KeyFolder
from compliance.adapters.rules.phrase_csv import import_phrases
from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.adapters.rules.rule_packs import Loaded, load_rule_set, loaded_from, rule_set_of
from compliance.application.ledger_checks import Asked, Progress
from compliance.domain.caps.reconciling import Difference
from compliance.domain.proof.findings import Verification
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety.measures import LabelledPost, Measured
from compliance.domain.screening.safety.scan import read_text
from compliance.entrypoints.commands.caps_cli import caps_command
from compliance.entrypoints.commands.evidence_cli import evidence as evidence_group
from compliance.entrypoints.commands.ledger_cli import ledger_command
from compliance.entrypoints.commands.lexicon import Imported, lexicon_command
from compliance.entrypoints.commands.permit_cli import permit_command
from compliance.entrypoints.commands.permit_keys_cli import keys_command
from compliance.entrypoints.commands.phrases_cli import import_phrases_command
from compliance.entrypoints.commands.plan_cli import screen_plan_command
from compliance.entrypoints.commands.rehearse_cli import rehearse_command
from compliance.entrypoints.commands.rules_cli import rules_command
from compliance.entrypoints.commands.safety_cli import (
    safety_evaluate_command,
    safety_scan_command,
    safety_train_command,
)
from compliance.entrypoints.commands.screen import screen_command

_CHECKOUT = Path("deploy") / "kafka" / "topics.yaml"


def lexicons_folder() -> Path:
    """Where imported medicine lists are kept: in the launcher's data folder (RAPPORT_DATA moves it)."""
    return _data_folder() / "lexicons"


def keys_folder() -> Path:
    """Where the gate that `rapport up` starts keeps its keys."""
    return _data_folder() / "keys" / "compliance"


def _data_folder() -> Path:
    data = os.environ.get("RAPPORT_DATA")
    if data:
        return Path(data)
    around = (*Path(__file__).resolve().parents, Path.cwd(), *Path.cwd().parents)
    root = next((folder for folder in around if (folder / _CHECKOUT).is_file()), Path.cwd())
    return root / "rapport-data"


def _rule_set(rules: Path | None, lexicons: Path | None) -> RuleSet:
    return load_rule_set(rules, lexicons or _lexicons())


def _rule_set_with_model(rules: Path | None, model: Path | None) -> RuleSet:
    return load_rule_set(rules, _lexicons(), model)


def _train_safety(posts: Sequence[LabelledPost], *, recall: float, out: Path) -> Measured:
    from compliance.adapters.safety.model import load_safety_model  # noqa: PLC0415 - slow to import
    from compliance.adapters.safety.training import train  # noqa: PLC0415 - the same

    lexicon = load_rule_set(None, _lexicons()).lexicon
    return train(posts, load_safety_model(), lambda text: read_text(text, lexicon), recall=recall, out=out)


def _loaded(rules: Path | None) -> Loaded:
    return loaded_from(rules, _lexicons())


def _bundle(rules: Path | None) -> Mapping[str, bytes]:
    return bundle_of(rules, _lexicons())


def _lexicons() -> Path | None:
    folder = lexicons_folder()
    return folder if folder.is_dir() else None


def _import_list(file: Path, into: Path, as_of: str | None, source: str | None) -> Imported:
    from compliance.adapters.medicines.lexicon_import import import_list, words_of  # noqa: PLC0415 - screening needs none of it

    return import_list(file, into=into, words=words_of(load_rule_set().lexicon), as_of=as_of, source=source)


screen = screen_command(_rule_set)
screen_plan = screen_plan_command(_rule_set)
safety_scan = safety_scan_command(_rule_set_with_model)
safety_evaluate = safety_evaluate_command(_rule_set_with_model)
safety_train = safety_train_command(_train_safety)
lexicon = lexicon_command(_import_list, lexicons_folder)


def _verify_ledger(asked: Asked, progress: Progress) -> Verification:
    from compliance.adapters.proof.checks.commands import verify  # noqa: PLC0415 - the others need no database

    return verify(asked, progress)


def _export_ledger(database: str, file: Path | None, *, values: bool, progress: Progress) -> int:
    from compliance.adapters.proof.checks.commands import export  # noqa: PLC0415 - the same

    return export(database, file, values=values, progress=progress)


evidence = evidence_group


def _check_caps(database: str) -> tuple[int, Sequence[Difference]]:
    from compliance.adapters.caps.checking import check  # noqa: PLC0415 - the others need no database

    return check(database)


caps = caps_command(_check_caps)
ledger = ledger_command(_verify_ledger, _export_ledger)
permit = permit_command(keys_command(KeyFolder.found, keys_folder))
rules = rules_command(
    _loaded,
    rehearse_command(_bundle, rule_set_of),
    import_phrases_command(import_phrases),
)
