"""Files that appear whole, on the disk, and are never written over."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def link_once(path: Path, content: bytes, *, mode: int) -> bool:
    """Write `path` unless it is there; False when it was. It is on the disk when this returns, or not there at all."""
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        _write(draft, content, mode)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def replace_whole(path: Path, content: bytes, *, mode: int) -> None:
    """Put `content` in the place of what was there."""
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        _write(draft, content, mode)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """The folder, and its entry in its parent, on the disk."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
