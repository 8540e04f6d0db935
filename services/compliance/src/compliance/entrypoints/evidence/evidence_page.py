"""The page of an evidence pack, made of its data alone: `python evidence_page.py PACK.html` says whether it is.

Stands alone: the standard library of Python 3.11. `check_evidence.py` asks it, so that the words people read are as
proved as the data beneath them.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = "rapport-evidence/1"
_DATA = re.compile(r'<script type="application/json" id="evidence">\n(.*)\n</script>', re.DOTALL)
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #888; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; }
th, td { border: 1px solid #aaa; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
dl { margin: 0; } dt { font-weight: 600; } dd { margin: 0 0 .4rem 1.2rem; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f3f3; padding: .6rem; }
.note { border-left: 4px solid #555; padding: .2rem .8rem; background: #f3f3f3; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, h3 { break-after: avoid; } }
"""


def page(raw: str) -> str:
    """The whole file; `raw` is the JSON text of the pack."""
    pack = json.loads(raw)
    leaves = [json.loads(entry["leaf"]) | {"told": _told(entry)} for entry in pack["entries"]]
    rows = [
        (leaves[row["entry"]], {name: json.loads(text) for name, text in row["columns"].items()})
        for row in pack["rows"]
    ]
    cases = [(leaf, columns) for leaf, columns in rows if leaf["aggregate"] == "case"]
    permits = [(leaf, columns) for leaf, columns in rows if leaf["aggregate"] == "permit"]
    known = ("case", "permit", "rule_set_version", "permit_key")
    others = [(leaf, columns) for leaf, columns in rows if leaf["aggregate"] not in known]
    title = f"Evidence of action {pack['action_id']}"
    parts = [
        f"<h1>{_text(title)}</h1>",
        _standing(leaves),
        _how_to_check(pack, leaves),
        _section("What was judged", [_judged(leaf, columns) for leaf, columns in _ordered(cases)]),
        _section("Rules that spoke, as they stood", [_rules(pack, leaves)]),
        _section("Decisions and signatures", [_signatures(leaves)]),
        _section("Permits", [_permit(leaf, columns) for leaf, columns in _ordered(permits)]),
        _section("Keys that sign permits", [_named(leaf) for leaf in leaves if leaf["aggregate"] == "permit_key"]),
        _section(
            "What else is recorded about it", [_named(leaf) + _values(columns) for leaf, columns in _ordered(others)]
        ),
        _section("Everything that happened, in order", [_history(leaves)]),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{"".join(parts)}
</main>
<script type="application/json" id="evidence">
{raw}
</script>
</body>
</html>
"""


def same(text: str) -> None:
    """Raises ValueError where a page says anything else than its data, or was made by another version of this file."""
    found = _DATA.search(text)
    if found is None:
        raise ValueError("the file holds no data of an evidence pack")
    data = json.loads(found[1])
    if (data["format"], data["page_sha256"]) != (FORMAT, own_sha256()):
        raise ValueError("the page was made by another version of evidence_page.py: have that one beside the script")
    if page(found[1]) != text:
        raise ValueError("the page says something else than its data")


def own_sha256() -> str:
    """The SHA-256 of this file, which every pack names."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _standing(leaves: list[dict[str, Any]]) -> str:
    """Where the action stands, in a few sentences."""
    cases = [leaf for leaf in leaves if leaf["aggregate"] == "case"]
    voted = [
        f"{leaf['told'].get('signatory', leaf['told']['who'])} ({leaf['evidence']['meaning']})"
        for leaf in _approvals(cases)
    ]
    redeemed = [leaf for leaf in leaves if leaf["what"] == "permit_redeemed"]
    said = [f"The action is <strong>{_text(cases[-1]['new_state'])}</strong> since {_when(cases[-1]['at'])}."]
    said.append(f"Approvals of what was submitted last: {_text('; '.join(voted)) or 'none'}.")
    said += [
        f"The executor {_text(leaf['told']['who'])} was allowed to act, once, {_when(leaf['at'])}." for leaf in redeemed
    ]
    if not redeemed:
        said.append("Nobody was ever allowed to carry it out.")
    gone = [leaf for leaf in leaves if leaf["what"].endswith("_erased")]
    if gone:
        taken = ", ".join(sorted({name for leaf in gone for name in leaf["evidence"].get("erased", ())}))
        said.append(
            f"<strong>The person was erased</strong>, {_when(gone[0]['at'])}: {_text(taken)}, reasons and digests of"
            " rows are gone. Hashes, verdicts, rules, states, who decided and every proof stay."
        )
    return "".join(f"<p>{each}</p>" for each in said)


def _approvals(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    content = cases[-1]["evidence"]["content_sha256"]
    last = max((at for at, leaf in enumerate(cases) if leaf["what"] in {"case_opened", "case_reopened"}), default=0)
    votes = [leaf for leaf in cases[last:] if leaf["what"] == "case_voted"]
    signed = [leaf for leaf in votes if leaf["evidence"].get("signed_content_sha256", content) == content]
    return [leaf for leaf in signed if leaf["evidence"]["decision"] == "approve"]


def _how_to_check(pack: dict[str, Any], leaves: list[dict[str, Any]]) -> str:
    origin, size, root = pack["checkpoint"].split("\n")[:3]
    command = "python check_evidence.py THIS-FILE --ledger-key KEY-FILE"
    kids = sorted({leaf["aggregate_id"] for leaf in leaves if leaf["aggregate"] == "permit_key"})
    facts = {
        "Ledger": origin,
        "Key of the ledger": pack["verifier"],
        "SHA-256 of that line": hashlib.sha256(pack["verifier"].encode()).hexdigest(),
        "Signed tree": f"{size} entries, root {root}",
        "Keys of permits, as the ledger has them": ", ".join(kids) or "none recorded",
        "SHA-256 of the evidence_page.py that made this page": pack["page_sha256"],
        "Only stated, not proved": f"made {_plain_time(pack['stated']['made_at'])} for {pack['stated']['made_for']}",
    }
    how = f"<p>With Python 3.11 and <code>cryptography</code>, offline:</p><pre>{command}</pre>"
    means = (
        "<p>KEY-FILE holds the key of the ledger. Get it once from whoever runs the gate, another way than this file,"
        " and compare it with the one below. The script recomputes every hash, proof and signature here, and that"
        " this page says what its data say. It cannot tell what happened after the signed tree.</p>"
    )
    return _section("How to check this", [how, means, _values(facts)])


def _judged(leaf: dict[str, Any], columns: dict[str, Any]) -> str:
    judgement = columns["judgement"] or {}
    evidence = leaf["evidence"]
    said = {
        "Submitted by": f"{columns['submitted_by_name']} ({columns['submitted_by']})",
        "Edited by": columns["edited_by"],
        "Content, SHA-256": evidence["content_sha256"],
        "Snapshot, SHA-256": evidence["snapshot_sha256"],
        "Slot": f"{_plain_time(columns['slot_start'])} to {_plain_time(columns['slot_end'])}",
        "Verdict": columns["verdict"],
        "Rule set": judgement.get("rule_set"),
        "May report an adverse event": judgement.get("safety_handover"),
        "Steps of review": judgement.get("route"),
        "Findings": judgement.get("findings"),
        "Votes": columns["votes"],
        "Stop signals": columns["stops"],
    }
    return (
        f"<h3>Version {columns['action_version']} of the action, version {columns['version']} of its case"
        f" ({_text(columns['state'])})</h3>"
        + _values(said)
        + _folded("The snapshot as submitted", columns["snapshot"])
        + _folded("The snapshot as judged, with what the gate itself knew", judgement.get("resolved"))
    )


def _rules(pack: dict[str, Any], leaves: list[dict[str, Any]]) -> str:
    spoke: dict[str, set[str]] = {}
    for evidence in (leaf["evidence"] for leaf in leaves if leaf["evidence"].get("rule_set")):
        spoke.setdefault(evidence["rule_set"], set()).update(evidence.get("rules", ()))
    parts: list[str] = []
    for rule_set, rules in sorted(spoke.items()):
        hashes = _hashes(leaves, rule_set)
        files = [file for file in pack["rule_files"] if leaves[file["entry"]]["aggregate_id"] == rule_set]
        found = {
            rule: [(file["name"], each) for file in files for each in _excerpts(file["text"], rule)] for rule in rules
        }
        parts.append(f"<h3>Rule set {_text(rule_set)}</h3>")
        parts.append(f"<p>Rules that spoke: {_text(', '.join(sorted(rules))) or 'none'}.</p>")
        for rule in sorted(rules):
            texts = "".join(f"<p>{_text(name)}</p><pre>{_text(each)}</pre>" for name, each in found[rule])
            parts.append(
                f"<h4>{_text(rule)}</h4>{texts or '<p>The gate itself said this, or its text is not proved.</p>'}"
            )
        parts.append(_folded("SHA-256 of all files of this rule set", hashes))
    return "".join(parts)


def _hashes(leaves: list[dict[str, Any]], rule_set: str) -> dict[str, str]:
    told = [leaf["evidence"].get("files_sha256", {}) for leaf in leaves if leaf["aggregate_id"] == rule_set]
    return {name: sha for files in told for name, sha in files.items()}


def _excerpts(text: str, rule: str) -> list[str]:
    """The entries of a list in a YAML file whose id this is, from their dash to the next of the same depth."""
    lines, found = text.splitlines(), list[str]()
    for start, line in enumerate(lines):
        head = re.match(rf"(\s*)-\s*\{{?\s*id:\s*[\"']?{re.escape(rule)}\b", line)
        if head is not None:
            rest = (
                at for at in range(start + 1, len(lines)) if lines[at].strip() and _depth(lines[at]) <= len(head[1])
            )
            found.append("\n".join(lines[start : next(rest, len(lines))]).rstrip())
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _signatures(leaves: list[dict[str, Any]]) -> str:
    names = ("Name", "Signed, UTC", "Decision", "What it means", "Step, as", "Bound to content", "Identity proved, UTC")
    lines: list[tuple[str, ...]] = []
    for leaf in leaves:
        if leaf["what"] == "case_voted" or "signatory" in leaf["told"]:
            said = leaf["evidence"]
            who = f"{leaf['told'].get('signatory', '')} ({leaf['told']['who']})"
            step = f"{said.get('step') or '-'}, {said.get('capacity') or '-'}"
            signed = said.get("signed_content_sha256", said.get("content_sha256", "-"))
            bound = f"{signed}, version {said.get('read_version', '-')} of {leaf['aggregate']} {leaf['aggregate_id']}"
            if "on_behalf_of" in leaf["told"]:
                who += f" for {leaf['told']['on_behalf_of']}"
            what = (said.get("decision", leaf["what"]), said.get("meaning", "-"))
            lines.append((who, _plain_time(leaf["at"]), *what, step, bound, _plain_time(said.get("authenticated_at"))))
    return _table("Each vote is an electronic signature", names, lines)


def _permit(leaf: dict[str, Any], columns: dict[str, Any]) -> str:
    head, claims, _ = columns["token"].split(".")
    said = {
        "State": columns["state"],
        "Issued": _plain_time(columns["issued_at"]),
        "Redeemed": _plain_time(columns["redeemed_at"]),
        "Header": _decoded(head),
        "Claims": _decoded(claims),
        "What it lets out": columns["content"],
        "Token": columns["token"],
    }
    return f"<h3>Permit {_text(leaf['aggregate_id'])}</h3>" + _values(said)


def _decoded(segment: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


def _named(leaf: dict[str, Any]) -> str:
    heading = f"{leaf['aggregate']} {leaf['aggregate_id']}: {leaf['what']}".replace("_", " ")
    return f"<h3>{_text(heading)}, {_when(leaf['at'])}</h3>" + _values(leaf["evidence"])


def _history(leaves: list[dict[str, Any]]) -> str:
    names = ("When, UTC", "What", "State", "By", "Why", "On what")
    lines = [
        (
            _plain_time(leaf["at"]),
            f"{leaf['what']}, {leaf['aggregate']} {leaf['aggregate_id']} version {leaf['aggregate_version']}",
            f"{leaf['old_state'] or '-'} → {leaf['new_state']}",
            leaf["told"]["who"],
            leaf["told"].get("why", "erased" if "why" in leaf["committed"] else "-"),
            {
                **leaf["evidence"],
                **{name: each for name, each in leaf["told"].items() if name not in {"who", "why", "row"}},
            },
        )
        for leaf in leaves
    ]
    return _table("Entries of the ledger, in the order of its tree", names, lines)


def _ordered(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return sorted(rows, key=lambda row: (row[0]["aggregate"], row[0]["aggregate_id"], row[0]["aggregate_version"]))


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(each["value"]) for name, each in entry["openings"].items()}


def _section(title: str, parts: list[str]) -> str:
    return f"<section><h2>{_text(title)}</h2>{''.join(parts) or '<p>Nothing.</p>'}</section>\n"


def _folded(title: str, value: Any) -> str:
    return f"<details open><summary>{_text(title)}</summary>{_values(value)}</details>"


def _table(caption: str, names: tuple[str, ...], lines: Iterable[tuple[Any, ...]]) -> str:
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{_values(each)}</td>' for each in line)}</tr>" for line in lines)
    return f"<table><caption>{_text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _values(value: Any) -> str:
    """Any JSON value for people."""
    if isinstance(value, dict) and value:
        return f"<dl>{''.join(f'<dt>{_text(name)}</dt><dd>{_values(each)}</dd>' for name, each in value.items())}</dl>"
    if isinstance(value, list) and value:
        return f"<ul>{''.join(f'<li>{_values(each)}</li>' for each in value)}</ul>"
    return (
        "-"
        if value in (None, "", [], {})
        else _text({True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value)
    )


def _when(moment: str) -> str:
    return f'<time datetime="{_text(moment)}">{_plain_time(moment)}</time>'


def _plain_time(moment: str | None) -> str:
    if moment is None:
        return "-"
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _text(value: object) -> str:
    return html.escape(str(value))


if __name__ == "__main__":
    try:
        same(Path(sys.argv[1]).read_bytes().decode())
    except (ValueError, LookupError, TypeError) as error:
        sys.exit(f"WRONG: {error}")
    print("the page says what its data say")
