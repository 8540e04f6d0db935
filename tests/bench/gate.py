"""A migrated compliance database with the packaged rules in force, the demo's channels and people it knows."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from compliance.adapters.company.files import read_channels
from compliance.adapters.rules.compiling import rule_set_in
from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.application import channels
from compliance.application.rules import rule_sets
from compliance.application.rules.rule_sets import Compiled
from compliance.bootstrap.means import build_unit_of_work
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from support.compliance_builders import a_gate

ROOT = Path(__file__).parents[2]
PEOPLE = 500
NOBODY = "http://127.0.0.1:1"
FACTS = {
    "type": "hcp",
    "country": "DE",
    "relationship_stage": "engaged",
    "owner_function": "medical",
    "lawful_basis": "legitimate_interest",
    "notice_sent_on": "2026-09-14",
    "opted_out": False,
    "do_not_engage": False,
    "open_complaint": False,
    "outreach_policy": None,
    "contracted": False,
    "followers": 1200,
    "minor": False,
}


def environment_of(url: str, folder: Path, *, issuer: str = NOBODY, kafka: str = "127.0.0.1:1") -> dict[str, str]:
    """The settings of a gate in `folder` over a database; whom it is not given it does not reach."""
    return {
        "COMPLIANCE_DB_URL": url,
        "COMPLIANCE_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "COMPLIANCE_AUTH_ISSUER": issuer,
        "COMPLIANCE_REGISTRY_URL": NOBODY,
        "COMPLIANCE_AUDIT_URL": NOBODY,
        "COMPLIANCE_CLIENT_SECRET": "bench",
        "COMPLIANCE_COMPANY_FILE": str(ROOT / "deploy/demo/company.yaml"),
        "COMPLIANCE_CHANNELS_FILE": str(ROOT / "deploy/demo/channels.yaml"),
        "COMPLIANCE_KEY_DIR": str(folder / "keys"),
        "COMPLIANCE_LEDGER_KEY_DIR": str(folder / "ledger-keys"),
        "COMPLIANCE_CHECKPOINT_DIR": str(folder / "checkpoints"),
    }


async def begin(url: str) -> None:
    """Rules, channels, `person-0` to `person-499` and `engager-1`."""
    engine = create_engine(DatabaseSettings(url=SecretStr(url)), application_name="bench")
    clock = SystemClock()
    open_uow = build_unit_of_work(engine, a_gate(clock))
    files = {name: raw.decode() for name, raw in bundle_of().items()}
    made = rule_set_in(files)
    compiled = Compiled(rule_set=made.sha256, rules=len(made.rules))
    await rule_sets.begin(files, compiled, open_uow=open_uow, clock=clock)
    ours = read_channels(ROOT / "deploy/demo/channels.yaml")
    await channels.take_over(ours, by="bench", open_uow=open_uow, clock=clock, new_id=new_id)
    await engine.dispose()
    await _seed(url)


async def _seed(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.executemany(
        "INSERT INTO people_view VALUES ($1, 1, $2, false)", [(f"person-{n}", json.dumps(FACTS)) for n in range(PEOPLE)]
    )
    await connection.execute(
        "INSERT INTO engagers_view VALUES ('engager-1', 1, $1, $2)",
        json.dumps({"function": "medical", "relation": "employee", "trained_until": "2030-01-01"}),
        json.dumps(["x", "linkedin", "mastodon"]),
    )
    await connection.close()
