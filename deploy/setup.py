"""Makes `.venv` hold exactly what the lock names, and our own packages. Standard library only.

python3 deploy/setup.py          # what `make setup` runs; safe to repeat, safe to interrupt
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "rapport-setup"
LOCKS = (ROOT / "requirements.lock", ROOT / "deploy" / "bootstrap.lock")
HOW_TO_GET_PYTHON = """  Debian, Ubuntu: sudo apt install python3 python3-venv
  Fedora:         sudo dnf install python3
  macOS:          brew install python"""
FROM_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
"""pip's settings and the variables through which uv takes the same."""


def say(line: str) -> None:
    print(line, flush=True)


def give_up(message: str, remedy: str) -> None:
    """Say what is wrong and what to do, and end."""
    raise SystemExit(f"setup: {message}\n  What to do: {remedy}")


def our_packages() -> list[Path]:
    """Every package of the repository, each after those it needs."""
    deploy = ROOT / "deploy"
    return [deploy / "permit_verifier", ROOT / "shared", *sorted((ROOT / "services").glob("*/")), deploy / "cli"]


def check_python() -> None:
    if sys.version_info < OLDEST:
        wanted, found = ".".join(map(str, OLDEST)), sys.version.split()[0]
        give_up(f"Python {wanted} or newer is needed, this is {found}", f"install it:\n{HOW_TO_GET_PYTHON}")
    missing = [name for name in ("venv", "ensurepip") if not _can_import(name)]
    if missing:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        give_up(
            f"this Python lacks its modules {' and '.join(missing)}",
            f"install them:\n  Debian, Ubuntu: sudo apt install python{version}-venv\n"
            "  Fedora:         sudo dnf install python3\n  macOS:          brew install python",
        )


def _can_import(module: str) -> bool:
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def wanted_stamp() -> str:
    """Changes with the locks, our packages' declarations, the Python and the place."""
    digest = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for file in (*LOCKS, Path(__file__), *(package / "pyproject.toml" for package in our_packages())):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_whole() -> bool:
    """Whether `.venv` works at all; one that was interrupted or moved does not."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import pip, sys; print(sys.prefix, sys.version_info[:2])"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == f"{VENV} {tuple(sys.version_info[:2])}"


def run(arguments: list[str], *, doing: str, environment: dict[str, str] | None = None) -> None:
    """Run a step with its output shown."""
    done = subprocess.run(arguments, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False)
    if done.returncode != 0:
        give_up(
            f"{doing} failed (exit code {done.returncode}); its words are above",
            "check the network and the disk, then run it again: what is done is kept. "
            "Behind a mirror, configure pip (`pip config set global.index-url ...`); setup uses the same",
        )


def pip_settings() -> dict[str, str]:
    """Variables of uv for what the user configured for pip; what is set for uv already stays."""
    asked = [str(PYTHON), "-m", "pip", "config", "list"]
    listing = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for line in listing.splitlines():
        key, _, quoted = line.partition("=")
        section, _, name = key.rpartition(".")
        if name in FROM_PIP and section.strip(".") in {"global", "install", ":env:"}:
            found[name] = " ".join(str(ast.literal_eval(quoted)).split())
    return {
        FROM_PIP[name]: value.replace(" ", ",") if name == "find-links" else value
        for name, value in found.items()
        if FROM_PIP[name] not in os.environ
    }


def install() -> None:
    uv = [str(VENV / "bin" / "uv"), "pip"]
    target = ["--python", str(PYTHON)]
    settings = pip_settings()
    say("2/4 the installer (uv, by hash)")
    run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "-r", str(LOCKS[1])),
        ],
        doing="installing uv",
    )
    say("3/4 the libraries, exactly those of requirements.lock")
    locks = [str(lock) for lock in LOCKS]
    run(
        [*uv, "sync", *target, "--require-hashes", "--compile-bytecode", *locks],
        doing="installing the libraries",
        environment=settings,
    )
    say("4/4 our own packages")
    editable = [part for package in our_packages() for part in ("--editable", str(package))]
    run(
        [*uv, "install", *target, "--quiet", "--no-deps", "--no-build-isolation", *editable],
        doing="installing our packages",
        environment=settings,
    )


def main() -> None:
    check_python()
    stamp = wanted_stamp()
    done = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []
    if done == [stamp, str(ROOT)] and is_whole():
        return
    say(f"setting up {VENV} with Python {sys.version.split()[0]}")
    moved = len(done) > 1 and done[1] != str(ROOT)
    if moved or not is_whole():
        say("1/4 a fresh environment")
        interpreter = os.path.realpath(sys.executable)  # not the one inside the environment that goes now
        if VENV.exists():
            shutil.rmtree(VENV)
        run([interpreter, "-m", "venv", str(VENV)], doing="creating .venv")
    STAMP.unlink(missing_ok=True)
    install()
    STAMP.write_text(f"{stamp}\n{ROOT}\n", encoding="utf-8")
    say("set up: .venv/bin/rapport")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        give_up("interrupted", "run it again; it goes on where it stopped")
