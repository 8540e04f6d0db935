"""The story on 8,000 real posts, told by the command a user types, against a system started as a user starts it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from support.system import RunningSystem, running_system

pytestmark = [pytest.mark.platform, pytest.mark.real_input]


@pytest.fixture(scope="module")
def posts(public_data: Path) -> Path:
    return public_data / "data" / "media_tweets"


@pytest.fixture(scope="module")
def system(posts: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningSystem]:
    with running_system(tmp_path_factory.mktemp("real") / "data folder") as running:
        yield running


def shared_posts(system: RunningSystem) -> list[str]:
    """Addresses of the posts our sandbox account on X really shared."""
    file = system.data / "sandbox-channels" / "x.jsonl"
    acts = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    return [str(act["content"].get("target_url")) for act in acts]


def test_one_real_post_is_released_once_another_blocked_and_every_line_accounted_for(
    system: RunningSystem, posts: Path
):
    told = system.rapport("demo-real", str(posts), timeout=200)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "8000 posts in 16 files (8000 new" in told.stdout
    assert "4 files were not UTF-8, 10 lines held further pipes" in told.stdout
    assert "Trulicity, a Type 2 Diabetes" in told.stdout
    assert "may report an adverse event; each opened a safety case" in told.stdout
    assert "remedy: Leave out the medicine or the disease" in told.stdout
    address = "https://x.com/gdnhealthcare/status/578478105939079169"
    assert shared_posts(system).count(address) == 1

    again = system.rapport("demo-real", str(posts), timeout=200)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "(0 new, 0 with other words, 8000 known)" in again.stdout
    assert shared_posts(system).count(address) == 2
    assert not any("nytimeshealth" in shared for shared in shared_posts(system))
    with system.as_user("jonas.comms", "audit") as audit:
        listed = audit.get("/v1/posts", params={"author": "gdnhealthcare", "limit": 200}).json()
        footprints = audit.get("/v1/footprints", params={"limit": 200}).json()["items"]
    assert len(listed["items"]) == 200
    real = {each["channels"][0]["handle"]: each for each in footprints if each["own_posts"] == 500}
    assert {"bbchealth", "wsjhealth"} <= real.keys()
    assert "msnhealthnews" not in real


def test_a_folder_without_the_files_is_named_with_a_remedy(system: RunningSystem, posts: Path, tmp_path: Path):
    shutil.copy(posts / "bbchealth.txt", tmp_path)
    told = system.rapport("demo-real", str(tmp_path))
    assert told.returncode != 0
    assert "wsjhealth.txt" in told.stderr
    assert "What to do" in told.stderr
    missing = system.rapport("demo-real", str(tmp_path / "nowhere"))
    assert missing.returncode != 0
    assert "nowhere" in missing.stderr
