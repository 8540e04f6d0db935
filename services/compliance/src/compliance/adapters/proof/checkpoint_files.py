"""Checkpoints in a folder outside the database: one file each, named by size, never written over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from compliance.adapters.proof.durable_files import link_once, make_folder, replace_whole

_PER_FOLDER = 1_000_000
_SUFFIX = ".checkpoint"
_KEYS = "verifier-keys.txt"
_READABLE = 0o644


class CheckpointFiles:
    """`<millions of entries>/<size>.checkpoint`, and beside them the public keys that verify them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, size: int, note: str) -> bool:
        """Keep `note`; False where there is a checkpoint of that size already. On the disk when this returns."""
        path = self._path(size)
        make_folder(path.parent)
        return link_once(path, note.encode(), mode=_READABLE)

    def note(self, size: int) -> str:
        """The checkpoint of that size."""
        return self._path(size).read_text("utf-8")

    def latest(self) -> int | None:
        """The size of the newest checkpoint."""
        for folder in sorted(self._folders(), reverse=True):
            sizes = _sizes(folder)
            if sizes:
                return max(sizes)
        return None

    def sizes(self) -> Iterator[int]:
        """The sizes of all checkpoints, smallest first."""
        for folder in sorted(self._folders()):
            yield from sorted(_sizes(folder))

    def publish_keys(self, lines: Sequence[str]) -> None:
        """Keep the verifier keys beside the checkpoints."""
        content = "".join(f"{line}\n" for line in lines).encode()
        path = self._folder / _KEYS
        if not path.is_file() or path.read_bytes() != content:
            make_folder(self._folder)
            replace_whole(path, content, mode=_READABLE)

    def keys(self) -> list[str]:
        """The verifier keys as kept; none where there are none."""
        path = self._folder / _KEYS
        return path.read_text("utf-8").split() if path.is_file() else []

    def _folders(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [path for path in self._folder.iterdir() if path.is_dir() and path.name.isdecimal()]

    def _path(self, size: int) -> Path:
        return self._folder / f"{size // _PER_FOLDER:09d}" / f"{size:015d}{_SUFFIX}"


def _sizes(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal()]
