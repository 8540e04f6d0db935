"""`rapport lexicon import`: a published list of medicines in, a dated list for the rule set out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click

from compliance.domain.screening.medicines.medicines import ListedMedicine
from compliance.entrypoints.commands.screen import stop

_EXAMPLES = 8


class Imported(Protocol):
    """What became of a list; `skipped` are (reason, line, name)."""

    @property
    def path(self) -> Path: ...
    @property
    def source(self) -> str: ...
    @property
    def as_of(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def rows(self) -> Sequence[ListedMedicine]: ...
    @property
    def skipped(self) -> Sequence[tuple[str, int, str]]: ...
    @property
    def replaces(self) -> str | None: ...


ImportList = Callable[[Path, Path, str | None, str | None], Imported]
"""(file, folder to write to, date, source)"""


def lexicon_command(import_list: ImportList, default_folder: Callable[[], Path]) -> click.Group:
    """The command group, with the importer it uses and where lists are kept by default."""

    @click.group("lexicon")
    def lexicon() -> None:
        """Lists of everybody's medicines."""

    @lexicon.command("import")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The list's date, where it tells none itself.")
    @click.option("--source", help="Whose list it is; default by its shape.")
    @click.option(
        "--into", type=click.Path(path_type=Path), help="Folder to write to; default lexicons in the data folder."
    )
    @click.option("--all", "every", is_flag=True, help="Name every skipped name, not only examples.")
    def import_file(file: Path, as_of: datetime | None, source: str | None, into: Path | None, *, every: bool) -> None:
        """Import FILE: the EMA list, Drugs@FDA Products.txt, or name,inn[,status,country] of competitors.

        An older list of the same source stays for `--as-of` in the past. Exit code 2 when the file cannot be used;
        nothing is written then.
        """
        day = as_of.date().isoformat() if as_of else None
        try:
            imported = import_list(file, into or default_folder(), day, source)
        except ValueError as unusable:
            stop(str(unusable))
        click.echo(_told(file, imported, every=every))

    return lexicon


def _told(file: Path, imported: Imported, *, every: bool) -> str:
    kinds = Counter(row.kind for row in imported.rows)
    lines = [
        f"{imported.path}",
        f"  {len(imported.rows):,} names ({_counted(kinds)}) of {imported.source} as of {imported.as_of}",
        f"  from {file}, sha256 {imported.sha256}",
    ]
    if imported.replaces:
        lines.append(f"  takes the place of the list of {imported.replaces}, which stays for days before this one")
    as_names = [row.name for row in imported.rows if row.written]
    if as_names:
        lines.append(f"  also ordinary words, found only where written as a name: {_some(as_names, every=every)}")
    reasons: dict[str, list[str]] = {}
    for reason, line, name in imported.skipped:
        reasons.setdefault(reason, []).append(f"{name or '(nothing)'} (line {line})")
    for reason, names in sorted(reasons.items()):
        lines.append(f"  skipped, {reason}: {_some(names, every=every)}")
    return "\n".join(lines)


def _counted(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))


def _some(names: list[str], *, every: bool) -> str:
    shown = names if every else names[:_EXAMPLES]
    more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
    return f"{len(names):,}: {', '.join(shown)}{more}"
