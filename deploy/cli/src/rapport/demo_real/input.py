"""What the run on real posts knows beforehand: outlets, window, and the two posts it acts on."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from rapport.problem import Problem


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outlet(_Part):
    """`file` is both the file's name without ending and the account on X."""

    file: str
    name: str
    type: str
    country: str


class ChosenPost(_Part):
    """One post of the collection; `rule` and `quote` say what the gate must find in it."""

    author: str
    post: str
    rule: str | None = None
    quote: str | None = None


class _Window(_Part):
    until: datetime
    window_days: int


class _Actions(_Part):
    released: ChosenPost
    blocked: ChosenPost


class RealInput(_Part):
    """The whole file `real_input.yaml`."""

    audit: _Window
    encoding_note: str
    lawful_basis: str
    notice_sent_on: date
    outlets: tuple[Outlet, ...]
    actions: _Actions


@dataclass(frozen=True, slots=True)
class Collection:
    """The outlets whose files are in the folder."""

    folder: Path
    known: RealInput
    files: Sequence[tuple[Outlet, Path]]


def read_input(path: Path) -> RealInput:
    """The table. Raises Problem naming the place that is wrong."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return RealInput.model_validate(document)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise Problem(f"{path} cannot be used: {error}", remedy="restore it from the repository") from error


def collection(folder: Path, known: RealInput) -> Collection:
    """The files of `folder`. Raises Problem when the folder or one of the outlets is missing."""
    if not folder.is_dir():
        raise Problem(
            f"there is no folder {folder}", remedy="make demo-real POSTS=<folder with the outlets' .txt files>"
        )
    files = [(outlet, folder / f"{outlet.file}.txt") for outlet in known.outlets]
    missing = [path.name for _, path in files if not path.is_file()]
    if missing:
        raise Problem(
            f"{folder} lacks {', '.join(missing)}",
            remedy="point POSTS to the folder media_tweets of the collection Health News in Twitter",
        )
    return Collection(folder, known, files)


def outlets_csv(known: RealInput) -> bytes:
    """The outlets as the registry imports them. Followers are not known and stay empty."""
    text = io.StringIO()
    columns = ("name", "type", "country", "handles", "lawful_basis", "notice_sent_on", "contracted", "minor")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for each in known.outlets:
        handles = f"x:{each.file}"
        row = (each.name, each.type, each.country, handles, known.lawful_basis, known.notice_sent_on, "no", "no")
        writer.writerow(row)
    return text.getvalue().encode()
