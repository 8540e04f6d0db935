"""A folder of rule files as a running system takes it: each file's name in the rule set, and its text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from rapport.problem import Problem

COMPANY = "company/"
LEXICONS = "lexicons/"
WHOLE = "rule-set.yaml"
_READ = (".yaml", ".csv")
_BESIDE = (".md", ".txt", ".jsonl")


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """`files` are texts by their name in the rule set; `whole`: a rule set of its own, nothing comes from elsewhere."""

    folder: Path
    files: Mapping[str, str]
    whole: bool

    def changes(self, in_force: Collection[str], *, only: bool) -> dict[str, str | None]:
        """What to send: a text adds or replaces a file, None takes one out.

        A rule set of its own takes out every other file but the medicine lists; `only` every other company file.
        """
        out = [name for name in in_force if name not in self.files and self._takes_out(name, only=only)]
        return {**self.files, **dict.fromkeys(out)}

    def shown(self, place: str) -> str:
        """Where `name:line` of the rule set is in the folder, for people."""
        name = place.rpartition(":")[0] or place
        if name not in self.files:
            return place
        return str(self.folder / (place if self.whole else place.removeprefix(COMPANY)))

    def _takes_out(self, name: str, *, only: bool) -> bool:
        if name.startswith(LEXICONS):
            return False
        return self.whole or (only and name.startswith(COMPANY))


def read_folder(folder: Path) -> RuleFolder:
    """Every rule pack and medicine list of `folder`, named as `rapport rules lint` names them. Raises Problem."""
    if not folder.is_dir():
        raise Problem(f"{folder} is not a folder", remedy="give the folder that holds the rule packs")
    whole = (folder / WHOLE).is_file()
    files = _texts(folder, "" if whole else COMPANY)
    if whole and (folder / COMPANY).is_dir():
        files |= _texts(folder / COMPANY, COMPANY)
    if not files:
        raise Problem(f"{folder} holds no rule pack and no list of names", remedy="give the folder that holds them")
    return RuleFolder(folder, files, whole)


def _texts(folder: Path, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__")) or path.suffix in _BESIDE or f"{prefix}{path.name}/" == COMPANY:
            continue
        if path.suffix not in _READ or not path.is_file():
            raise Problem(
                f"{path} is not read, and nothing is left out by its name",
                remedy="name rule packs *.yaml and lists of medicine names *.csv, and take the rest out of the folder",
            )
        found[prefix + path.name] = _text(path)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        raise Problem(f"{path} is not UTF-8 (byte {failed.start})", remedy="save it as UTF-8") from None
    except OSError as failed:
        raise Problem(f"{path} cannot be read ({failed.strerror})", remedy="check the permissions") from None
