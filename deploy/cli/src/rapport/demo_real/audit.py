"""First half of the run on real posts: who they are, what they wrote, how present they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rapport.demo_real.input import ChosenPost, Collection, outlets_csv
from rapport.problem import Problem
from rapport.story.client import Caller, wait_until

Say = Callable[[str], None]

_WAIT = 60.0
_COLUMNS = ("outlet", "activity", "own posts", "first post", "last post", "mentions", "by authors")


def register_outlets(author: Caller, found: Collection, say: Say) -> dict[str, str]:
    """Stakeholder id by file name. Raises Problem when a row is not taken."""
    report = author.upload("registry", "/v1/stakeholder-imports", outlets_csv(found.known), "text/csv")
    if report["rejected_count"]:
        raise Problem(f"the registry rejects an outlet: {report['rejected'][0]}", remedy="correct real_input.yaml")
    say(f"registry: {report['imported']} outlets registered, {report['updated'] + report['unchanged']} known already")
    accounts = {
        handle["name"].casefold(): each["id"]
        for each in author.every("registry", "/v1/stakeholders")
        for handle in each["handles"]
        if handle["platform"] == "x"
    }
    return {outlet.file: accounts[outlet.file.casefold()] for outlet, _ in found.files}


def await_audit(author: Caller, ids: Mapping[str, str]) -> None:
    """The audit hears of the outlets over Kafka."""
    wanted = list(ids.values())

    def heard() -> bool | None:
        answer = author.post("audit", "/v1/audits", {"stakeholder_ids": wanted})
        return True if answer["audited"] == len(wanted) else None

    wait_until("the audit hears of every outlet", heard, seconds=_WAIT, every=1.0, where="see the log of audit-worker")


def import_posts(author: Caller, found: Collection, say: Say) -> None:
    """Every file, with what was repaired and rejected. Raises Problem when a line is lost without a word."""
    totals: Counter[str] = Counter()
    for outlet, path in found.files:
        query = {"shape": "pipe", "platform": "x", "author": outlet.file}
        report = author.upload("audit", "/v1/post-imports", path.read_bytes(), "text/plain", **query)
        _account_for(path.name, path.read_bytes(), report)
        say(f"  {path.name:<22} {_counts(report)}{_repairs(report)}")
        for bad in report["rejected"]:
            say(f"    line {bad['line']} rejected: {bad['message']}. Remedy: {bad['remedy']}")
        totals.update({name: report[name] for name in ("captured", "updated", "unchanged", "rejected_count")})
        totals["repaired"] += report["repaired_lines"]
        totals["recoded"] += any("not UTF-8" in what for what in report["repairs"])
        totals["pipes"] += sum(n for what, n in report["repairs"].items() if "pipes" in what)
    posts = totals["captured"] + totals["updated"] + totals["unchanged"]
    say(
        f"audit: {posts} posts in {len(found.files)} files ({totals['captured']} new, {totals['updated']} with other "
        f"words, {totals['unchanged']} known), {totals['rejected_count']} rejected, {totals['repaired']} lines repaired"
    )
    say(f"       {totals['recoded']} files were not UTF-8, {totals['pipes']} lines held further pipes")


def _account_for(name: str, raw: bytes, report: Mapping[str, Any]) -> None:
    lines = sum(1 for line in raw.splitlines() if line.strip())
    told = report["captured"] + report["updated"] + report["unchanged"] + report["rejected_count"]
    if told != lines:
        raise Problem(f"{name} has {lines} lines, the audit accounts for {told}", remedy="see the log of audit")


def _counts(report: Mapping[str, Any]) -> str:
    shown = f"{report['captured']:>4} new"
    others = [(report["updated"], "changed"), (report["unchanged"], "known"), (report["rejected_count"], "rejected")]
    return shown + "".join(f", {number} {what}" for number, what in others if number)


def _repairs(report: Mapping[str, Any]) -> str:
    told = [f"{number} {what}" for what, number in report["repairs"].items()]
    return f"; repaired: {'; '.join(told)}" if told else ""


def show_footprints(author: Caller, found: Collection, ids: Mapping[str, str], say: Say) -> None:
    """Audit the outlets over the window of the collection and print the footprints."""
    window = found.known.audit
    body = {"stakeholder_ids": list(ids.values()), "window_days": window.window_days, "until": window.until.isoformat()}

    def taken() -> list[dict[str, Any]] | None:
        """The worker may audit what was just imported over its own window in between: then once more."""
        author.post("audit", "/v1/audits", body)
        read = [author.get("audit", f"/v1/footprints/{each}") for each in ids.values()]
        return read if all(datetime.fromisoformat(each["window_to"]) == window.until for each in read) else None

    footprints = {each["stakeholder_id"]: each for each in wait_until("every outlet is audited", taken, seconds=_WAIT)}
    rows: list[tuple[str, ...]] = [_COLUMNS]
    rows += [_row(outlet.name, footprints[ids[outlet.file]]) for outlet, _ in found.files]
    say(
        f"footprints of the {window.window_days} days before {window.until:%Y-%m-%d} "
        "(to be active is not to be there, nor to be mentioned):"
    )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for row in rows:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(name: str, footprint: Mapping[str, Any]) -> tuple[str, ...]:
    channels: list[Mapping[str, Any]] = footprint["channels"]
    first = min((each["first_post_at"][:10] for each in channels if each["first_post_at"]), default="-")
    last = max((each["last_post_at"][:10] for each in channels if each["last_post_at"]), default="-")
    counts = (footprint["mentions_by_others"], footprint["mentioned_by"])
    return (name, footprint["activity"], str(footprint["own_posts"]), first, last, *(str(each) for each in counts))


def captured_post(author: Caller, chosen: ChosenPost) -> dict[str, Any]:
    """The captured post. Raises Problem when it is not in the folder."""
    for post in author.every("audit", "/v1/posts", author=chosen.author):
        if post["external_id"] == chosen.post:
            return post
    raise Problem(
        f"post {chosen.post} of {chosen.author} was not captured",
        remedy="use the complete collection, or correct real_input.yaml",
    )
