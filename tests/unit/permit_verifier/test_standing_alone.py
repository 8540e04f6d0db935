from __future__ import annotations

import subprocess
import sys
import tomllib

from support.sources import ROOT, python_files

PACKAGE = ROOT / "deploy" / "permit_verifier"
LOADED = """
import sys
before = set(sys.modules)
import rapport_permit
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded - sys.stdlib_module_names))
"""


def test_the_verifier_needs_cryptography_and_nothing_else() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("_")}
    assert loaded == {"rapport_permit", "cryptography"}
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["dependencies"] == ["cryptography>=45"]


def test_its_readme_shows_no_more_than_it_has() -> None:
    import rapport_permit  # noqa: PLC0415 - its names are looked at

    readme = (PACKAGE / "README.md").read_text("utf-8")
    (imported,) = [line for line in readme.splitlines() if line.startswith("from rapport_permit import ")]
    names = imported.removeprefix("from rapport_permit import ").split(", ")
    assert set(names) <= set(rapport_permit.__all__)
    (example,) = [block for block in readme.split("```") if block.startswith("python")]
    compile(example.removeprefix("python"), "README.md", "exec")
    assert len(example.strip().splitlines()) <= 23


def test_nothing_reads_permits_but_the_verifier() -> None:
    places = {
        str(file)
        for file in python_files("shared/src", "services", "deploy")
        if "rapport-permit+jwt" in (ROOT / file).read_text("utf-8")
    }
    assert places == {"deploy/permit_verifier/src/rapport_permit/permits.py"}
