"""`rapport safety-scan`, `safety-evaluate`, `safety-train`: possible safety reports in files of texts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import click

from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety.measures import LabelledPost, Measured, measured
from compliance.entrypoints.commands.json_lines import BadLine, Line, UnusableFile
from compliance.entrypoints.commands.readable import readable_safety, written
from compliance.entrypoints.commands.screen import FILE, JSON, READABLE, RULES, each_line, lines_of, stop

LoadForSafety = Callable[[Path | None, Path | None], RuleSet]
"""(folder of rule packs, folder of a safety model); None stands for the packaged ones."""
_LINE = 'Write the line as {"id": "...", "text": "..."}.'
_LABELLED = 'Write the line as {"id": "...", "text": "...", "label": true}; true: drug safety has to see it.'
_LOWEST_RECALL, _HIGHEST_RECALL = 0.5, 0.999
_MODEL = click.option(
    "--model", type=click.Path(path_type=Path), help="Folder written by `rapport safety-train`; default: the packaged."
)
_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))


class Train(Protocol):
    """Fits the packaged model to posts and writes a model folder."""

    def __call__(self, posts: Sequence[LabelledPost], *, recall: float, out: Path) -> Measured:
        """The figures on held-out posts. Raises ValueError that says what is missing."""
        ...


def safety_scan_command(load: LoadForSafety) -> click.Command:
    """The command, with the loader of rule sets it uses."""

    @click.command("safety-scan")
    @FILE
    @click.option("--medicine", "names", multiple=True, help="A name of an own medicine; may be given several times.")
    @RULES
    @_MODEL
    @JSON
    @READABLE
    def scan_file(
        file: Path, names: tuple[str, ...], rules: Path | None, model: Path | None, *, as_json: bool, readable: bool
    ) -> None:
        """Scan the texts in FILE for possible safety reports (JSON lines {id, text}; `-` is standard input).

        A hit is handed over to drug safety; a miss proves nothing. docs/safety-model.md has the figures.
        """
        rule_set = _rule_set(load, rules, model)
        products = [{"name": name} for name in names]
        for_people = readable or (sys.stdout.isatty() and not as_json)

        def scanned(line: Line) -> str:
            from compliance.application.screening import scan_text  # noqa: PLC0415 - 0.2 s that --help need not pay

            text_id, text = _text(line, "id", _LINE), _text(line, "text", _LINE)
            result = scan_text(text, rule_set, products=products).as_json(text_id=text_id)
            return readable_safety(result) if for_people else written(result)

        each_line(file, scanned)

    return scan_file


def safety_evaluate_command(load: LoadForSafety) -> click.Command:
    """The command, with the loader of rule sets it uses."""

    @click.command("safety-evaluate")
    @_FILES
    @RULES
    @_MODEL
    def evaluate_files(files: tuple[Path, ...], rules: Path | None, model: Path | None) -> None:
        """Measure the scan on labelled FILES (JSON lines {id, text, label: true or false}).

        One JSON line a file: recall with its 95 % interval, precision, flag rate, AUC of the score.
        """
        rule_set = _rule_set(load, rules, model)
        for file in files:
            figures = evaluated(labelled_posts(file), rule_set)
            click.echo(written({"file": str(file), **figures.as_json()}))

    return evaluate_files


def safety_train_command(train: Train) -> click.Command:
    """The command, with what fits the model."""

    @click.command("safety-train")
    @click.argument("posts", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--recall", default=0.95, show_default=True, help="Share of the reports that has to be found.")
    @click.option(
        "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder, new or empty."
    )
    def train_on(posts: Path, recall: float, out: Path) -> None:
        """Fit the packaged safety model to a company's own labelled POSTS (JSON lines {id, text, label}).

        Writes a model folder with report.json. Use it with `safety-scan --model FOLDER` or
        COMPLIANCE_SAFETY_MODEL_DIR. The figures are from posts held out while learning.
        """
        if not _LOWEST_RECALL <= recall <= _HIGHEST_RECALL:
            stop(f"--recall {recall} is not between {_LOWEST_RECALL} and {_HIGHEST_RECALL}")
        if out.exists() and any(out.iterdir()):
            stop(f"{out} is not empty; name a new folder, so that no model in use is overwritten")
        try:
            figures = train(labelled_posts(posts), recall=recall, out=out)
        except ValueError as failed:
            stop(f"{posts}: {failed}")
        click.echo(written({"model": str(out), "recall_wanted": recall, **figures.as_json()}))
        if figures.recall is not None and figures.recall < recall:
            told = f"on held-out posts {figures.recall:.2f} of the reports were found, not {recall:.2f}"
            click.echo(f"{posts}: {told}; add labelled posts, above all reports, or ask for more recall.", err=True)

    return train_on


def evaluated(posts: Sequence[LabelledPost], rule_set: RuleSet) -> Measured:
    """The figures of the whole scan, word lists and model, on labelled posts."""
    from compliance.application.screening import scan_text  # noqa: PLC0415 - 0.2 s that --help need not pay

    answers = [scan_text(post.text, rule_set) for post in posts]
    return measured(
        [post.label for post in posts], [each.handover for each in answers], [each.score for each in answers]
    )


def labelled_posts(file: Path) -> list[LabelledPost]:
    """All lines of a file; one bad line ends the command, because a figure on part of a file misleads."""
    try:
        return [_labelled(line) for line in lines_of(file)]
    except (BadLine, UnusableFile) as problem:
        stop(f"{file}:{problem}" if isinstance(problem, BadLine) else str(problem))


def _labelled(line: Line | BadLine) -> LabelledPost:
    if isinstance(line, BadLine):
        raise line
    label: Any = line.value.get("label")
    if not isinstance(label, bool):
        raise BadLine(line.number, "label", "is missing or neither true nor false", _LABELLED)
    return LabelledPost(_text(line, "id", _LABELLED), _text(line, "text", _LABELLED), label)


def _text(line: Line, name: str, remedy: str) -> str:
    value: Any = line.value.get(name)
    if not isinstance(value, str):
        raise BadLine(line.number, name, "is missing or not a text", remedy)
    return value


def _rule_set(load: LoadForSafety, rules: Path | None, model: Path | None) -> RuleSet:
    try:
        return load(rules, model)
    except ValueError as unusable:
        stop(str(unusable))
