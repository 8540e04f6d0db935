"""The files of a rule set by name: the packaged ones, and those of a company on top of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compliance.adapters.pack_problems import Problem, UnusableRuleFile

PACKAGED = Path(__file__).parents[2] / "rules"
COMPANY = "company/"
LEXICONS = "lexicons/"
WHOLE = "rule-set.yaml"
_READ = frozenset({".yaml", ".csv"})
_BESIDE = frozenset({".md", ".txt", ".jsonl"})
_MOST_FILES = 500

Bundle = Mapping[str, bytes]
"""The content of each file by its name; names of a company's files begin with `company/`."""


def bundle_of(folder: Path | None = None, lexicons: Path | None = None) -> dict[str, bytes]:
    """The packaged files and those of `folder`, or those of `folder` alone when it holds a `rule-set.yaml`.

    The medicine lists of `lexicons` join those of `folder`. Raises UnusableRuleFile, also for files that would be left
    out without a word.
    """
    return _rules(folder) | ({} if lexicons is None else _files(lexicons, LEXICONS, read=frozenset({".csv"})))


def _rules(folder: Path | None) -> dict[str, bytes]:
    if folder is None or folder.resolve() == PACKAGED.resolve():
        return _files(PACKAGED, "")
    if (folder / WHOLE).is_file():
        return _files(folder, "") | (_files(folder / COMPANY, COMPANY) if (folder / COMPANY).is_dir() else {})
    return _files(PACKAGED, "") | _files(folder, COMPANY)


def shown(file: str, folder: Path | None) -> str:
    """Where a file of the bundle of `folder` is, for people."""
    if folder is None:
        return file
    if (folder / WHOLE).is_file():
        return str(folder / file)
    return str(folder / file.removeprefix(COMPANY)) if file.startswith(COMPANY) else file


def _files(folder: Path, prefix: str, *, read: frozenset[str] = _READ) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        raise UnusableRuleFile(str(folder), 1, "is not a folder", "give the folder that holds the rule packs")
    for path in sorted(folder.iterdir()):
        name = prefix + path.name
        if path.name.startswith((".", "__")) or path.suffix in _BESIDE or name == COMPANY.rstrip("/"):
            continue
        if path.is_dir() or path.suffix not in read:
            remedy = "name rule packs *.yaml and lists of medicine names *.csv, and take the rest out of the folder"
            problems.append(Problem(name, 1, "is not read", remedy))
            continue
        try:
            found[name] = path.read_bytes()
        except OSError as failed:
            problems.append(Problem(name, 1, f"cannot be read ({failed.strerror})", "check the permissions"))
    if not any(name.endswith(".yaml") for name in found) and not problems and not prefix:
        problems.append(Problem(str(folder), 1, "holds no *.yaml rule pack", "give the folder that holds them"))
    if not found and not problems and prefix != LEXICONS:
        problems.append(Problem(str(folder), 1, "holds no rule pack and no list of names", "check the folder"))
    if len(found) > _MOST_FILES:
        problems.append(Problem(str(folder), 1, f"holds more than {_MOST_FILES} files", "join some of them"))
    if problems:
        raise UnusableRuleFile.of(problems)
    return found
