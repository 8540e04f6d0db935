"""A page of the review queue over HTTP with 100,000 cases in review: the compliance API as it is deployed.

python tests/bench/api/review_queue.py [--cases 100000] [--clients 16] [--rounds 3] [--processes 2] [--limit 50]

Each client asks in turn for the first page and for pages anywhere in the queue, by cursor; a third of them for what is
overdue alone. Snapshots and findings are of everyday length and are stored whole.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import asyncpg
import psutil
import uvloop

sys.path.insert(0, str(Path(__file__).parent))

from load import Measured, get, load
from run import ROOT, authorization, server
from screenings import settle

from bench.gate import begin, environment_of
from shared.web.pages import encode
from support import platform
from support.realistic import a_realistic_snapshot

TARGET = 100.0
FIRST_SLOT = datetime(2027, 1, 4, tzinfo=UTC)
BETWEEN = timedelta(seconds=7)
DIFFERENT = 200

_CASES = """INSERT INTO cases (action_id, version, state, action_version, stakeholder_id, snapshot, snapshot_sha256,
      content_sha256, submitted_by, submitted_by_name, edited_by, slot_start, slot_end, verdict, judgement, votes,
      stops)
    SELECT 'action-' || lpad(n::text, 8, '0'), 2, 'in_review', 1, 'person-' || n % 500, s.snapshot, md5(n::text),
      md5(n::text), 'amira.medical', 'Dr Amira Sharma', '[]', $2::timestamptz + n * $3::interval,
      $2::timestamptz + n * $3::interval + interval '2 hours', 'review', s.judgement, '[]', '[]'
    FROM generate_series(0, $1::int - 1) AS n
      JOIN unnest($4::jsonb[], $5::jsonb[]) WITH ORDINALITY AS s (snapshot, judgement, place)
        ON s.place = n % $6::int + 1"""
_ROUNDS = """INSERT INTO review_rounds (action_id, number, version, action_version, stakeholder_id, submitted_at,
      entered_at, team, verdict, rules, waits_for, slot_start, time_left, due_at, running_since, in_review, worked,
      restarts, told, next_stage_at)
    SELECT action_id, 1, 0, 1, stakeholder_id, now(), now(), 'medical', 'review', ARRAY['PUB-01'], ARRAY['reviewer'],
      slot_start, interval '8 hours', now() + (random() - 0.1) * interval '10 days', now(), interval '0', interval '0',
      0, 0, NULL
    FROM cases"""


async def fill(url: str, cases: int) -> None:
    """So many cases in review, each with its circulation; one in ten is overdue."""
    finding = {
        "rule_id": "PUB-01",
        "severity": "review",
        "message": "Somebody has to look at this. " * 5,
        "remedy": "-",
    }
    snapshots = [a_realistic_snapshot(number) for number in range(DIFFERENT)]
    judged = [
        {"resolved": each, "findings": [finding] * (number % 5), "verdict": "review", "route": []}
        for number, each in enumerate(snapshots)
    ]
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    documents = [[json.dumps(each) for each in some] for some in (snapshots, judged)]
    await connection.execute(_CASES, cases, FIRST_SLOT, BETWEEN, *documents, DIFFERENT)
    await connection.execute(_ROUNDS)
    await connection.execute("VACUUM ANALYZE cases")
    await connection.execute("VACUUM ANALYZE review_rounds")
    size = await connection.fetchval("SELECT pg_size_pretty(pg_total_relation_size('cases'))")
    await connection.close()
    print(f"{cases} cases in review, {size}", flush=True)


def requests_of(cases: int, limit: int, headers: dict[str, str]) -> list[bytes]:
    """First pages and pages anywhere."""
    random, page = Random(20261122), f"/v1/cases?state=in_review&limit={limit}"
    asked = [page]
    for number in range(300):
        place = random.randrange(cases)
        cursor = encode(f"{(FIRST_SLOT + place * BETWEEN).isoformat()}~action-{place:08d}")
        asked += [page, f"{page}&cursor={cursor}", f"{page}&overdue=true" + f"&cursor={cursor}" * (number % 2)]
    return [get(each, headers) for each in asked]


async def measured(
    ports: list[int], processes: list[psutil.Process], requests: list[bytes], options: argparse.Namespace
) -> float:
    rounds: list[Measured] = []
    costs: list[float] = []
    for number in range(options.rounds + 1):
        before = _spent(processes)
        found = await load(ports, requests, clients=options.clients, seconds=options.seconds if number else 2.0)
        if number:  # the first round only warms up
            rounds.append(found)
            costs.append((_spent(processes) - before) / found.requests * 1e3)
    worst = median(each.p99 for each in rounds)
    print(
        f"{options.clients} clients, {options.processes} processes, pages of {options.limit}: "
        f"{median(each.rate for each in rounds):.0f} pages/s, p50 {median(each.p50 for each in rounds):.1f} ms, "
        f"p99 {worst:.1f} ms (rounds {', '.join(f'{each.p99:.1f}' for each in rounds)}); target {TARGET:.0f} ms; "
        f"processor {median(costs):.1f} ms/page, load {os.getloadavg()[0]:.1f}, {psutil.cpu_count()} cores",
        flush=True,
    )
    return worst


def _spent(processes: list[psutil.Process]) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in processes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("cases", 100_000), ("clients", 16), ("rounds", 3), ("processes", 2), ("limit", 50)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-queue-"))
    with ExitStack() as stack:
        admin_url = stack.enter_context(platform.postgres(folder / "postgres"))
        asyncio.run(platform.execute(admin_url, "CREATE DATABASE bench_queue"))
        url = f"{admin_url.rpartition('/')[0]}/bench_queue"
        migrate = ["-m", "alembic", "-c", "services/compliance/alembic.ini", "upgrade", "head"]
        subprocess.run([sys.executable, *migrate], cwd=ROOT, env={**os.environ, "COMPLIANCE_DB_URL": url}, check=True)
        asyncio.run(begin(url))
        asyncio.run(fill(url, options.cases))
        port = platform.free_port()
        issuer = f"http://127.0.0.1:{port}"
        issuing = {
            "ISSUER_URL": issuer,
            "ISSUER_KEY_DIR": str(folder / "issuer"),
            "ISSUER_USERS_FILE": str(ROOT / "deploy/demo/users.yaml"),
        }
        stack.enter_context(server("shared.auth.embedded.main:create", port, issuing, folder / "issuer.log"))
        environment = environment_of(url, folder, issuer=issuer)
        ports = [platform.free_port() for _ in range(options.processes)]
        processes = [
            stack.enter_context(server("compliance.main:create", each, environment, folder / f"api-{each}.log"))
            for each in ports
        ]
        settle(ports)
        time.sleep(1)  # what starting them cost is over before the first page is timed
        requests = requests_of(options.cases, options.limit, authorization(issuer))
        worst = uvloop.run(measured(ports, processes, requests, options))
    sys.exit(0 if worst <= TARGET else 1)


if __name__ == "__main__":
    main()
