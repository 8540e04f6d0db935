"""Is an evidence pack true? Names the first thing that is not; exit code 0: it is, 1: it is not. Needs `cryptography`,
evidence_page.py beside it, and from elsewhere the ledger's key: PACK.html --ledger-key FILE [--permit-key JWKS-FILE]"""
import base64, hashlib, json, re, runpy, sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
at = ["the pack"]
def need(holds, what):
    if not holds: raise ValueError(what)
def H(data): return hashlib.sha256(data).digest()
def sha(text): return H(text.encode()).hex()
def b64(text): return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
def verify(key, signature, text): Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode())
def key_of(leaf): return leaf["aggregate"], leaf["aggregate_id"], leaf["aggregate_version"]
def proved(entry, root):  # up to the root as RFC 9162 hashes; then what opens the commitments
    leaf, folded = json.loads(entry["leaf"]), H(b"\0" + entry["leaf"].encode())
    at[0] = "version {2} of {0} {1}".format(*key_of(leaf))
    for side, step in entry["path"]:
        folded = H(b"\1" + (bytes.fromhex(step) + folded if side == "left" else folded + bytes.fromhex(step)))
    need(folded == root, "the entry is not in the signed tree")
    for name, each in entry["openings"].items():
        need(H(bytes.fromhex(each["salt"]) + each["value"].encode()).hex() == leaf["committed"].get(name), f"{name} is another")
    return {**leaf, "told": {name: json.loads(each["value"]) for name, each in entry["openings"].items()}}
def check(pack, ledger_key, keys):
    at[0], (body, _, line), (log, key_id, key) = "it", pack["checkpoint"].partition("\n\n"), ledger_key.split("+", 2)
    signature, (origin, size, root), action = b64(line.split(" ")[-1].strip()), body.split("\n"), pack["action_id"]
    exact = f"\N{EM DASH} {log} {base64.b64encode(signature).decode()}\n" == line and signature[:4].hex() == key_id
    need(exact and (origin, pack["verifier"]) == (log, ledger_key), "the checkpoint is not signed with this ledger key")
    verify(b64(key)[1:], signature[4:], body + "\n")
    leaves = [proved(entry, b64(root)) for entry in pack["entries"]]
    known, rows = {key_of(leaf): leaf for leaf in leaves}, [(leaves[each["entry"]], each["columns"]) for each in pack["rows"]]
    erased = {key[:2]: key[2] for key, leaf in known.items() if leaf["what"].endswith("_erased")}
    stood_in = {leaf["evidence"].get("absence_id", action) for leaf in leaves if leaf["aggregate_id"] == action}
    ours = {leaf["aggregate_id"] for leaf, columns in rows if json.loads(columns["action_id"]) == action} | {action} | stood_in
    for (kind, name, version), leaf in known.items():
        at[0], untold = f"version {version} of {kind} {name}", leaf["committed"].keys() - leaf["told"].keys()
        need(not untold or (erased and not untold & {"who", "signatory", "on_behalf_of"}), f"{untold} is left out, nobody erased")
        need(version == 1 or (kind, name, version - 1) in known, "the entry before it is left out")
        need(kind in ("rule_set_version", "permit_key") or {name, leaf["evidence"].get("action_id")} & ours, "is foreign")
    need(("case", action, sum(key[0] == "case" for key in known)) in [key_of(each) for each, _ in rows], "the case as it stands is left out")
    keys = {name: leaf["evidence"]["x"] for (kind, name, _), leaf in known.items() if kind == "permit_key"} | keys
    for leaf, columns in rows:
        (kind, name, version), said = key_of(leaf), {"jti": leaf["aggregate_id"], "sub": action, **leaf["evidence"]}
        at[0], digests = f"a row of {kind} {name}", [f"{each}={sha(columns[each])[:32]}" for each in sorted(columns)]
        need(leaf["told"]["row"].split() == digests, "its columns are not as recorded")
        for column in {"snapshot", "content"} & columns.keys() if version < erased.get((kind, name), sys.maxsize) else ():
            need(sha(columns[column]) == said[f"{column}_sha256"], f"{column} is not what the ledger tells of")
        if kind == "permit":
            head, claims, signature = json.loads(columns["token"]).split(".")
            verify(b64(keys[json.loads(b64(head))["kid"]]), b64(signature), f"{head}.{claims}")
            need(all(said.get(each, told) == told for each, told in json.loads(b64(claims)).items()), "claims differ")
    for file in pack["rule_files"]:
        need(leaves[file["entry"]]["evidence"]["files_sha256"][file["name"]] == sha(file["text"]), "a file of rules is another")
    return f"true: {len(leaves)} entries and {len(rows)} rows of action {action}, in a signed tree of {size} entries"
try:
    text, given = Path(sys.argv[1]).read_bytes().decode(), dict(zip(sys.argv[2::2], sys.argv[3::2]))
    jwks = json.loads(Path(given["--permit-key"]).read_bytes())["keys"] if "--permit-key" in given else ()
    data = json.loads(re.search(r'<script type="application/json" id="evidence">\n(.*)\n</script>', text, re.DOTALL)[1])
    runpy.run_path(str(Path(__file__).with_name("evidence_page.py")))["same"](text)
    print(check(data, Path(given["--ledger-key"]).read_text().strip(), {each["kid"]: each["x"] for each in jwks}))
except Exception as error: sys.exit(f"WRONG: {at[0]}: {error or type(error).__name__}")
