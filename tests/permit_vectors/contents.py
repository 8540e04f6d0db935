"""Claims and JSON documents, truly signed, that no permit has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from permit_vectors.forging import (
    AUDIENCE,
    CLAIMS,
    DAY,
    NOW,
    Vector,
    compact,
    signed,
    vector,
    without,
)


def claims() -> Iterator[Vector]:
    for name in CLAIMS:
        yield vector(f"without {name}", signed(claims=without(CLAIMS, name)))
        for value in (None, [], {}, True, -1, 1.5, "", " ", [CLAIMS[name]], {"value": CLAIMS[name]}):
            yield vector(f"{name} is {json.dumps(value)[:60]}", signed(claims={**CLAIMS, name: value}))
    for name in ("nbf", "exp", "iat", "stakeholder_version"):
        for text in (
            f'"{CLAIMS[name]}"',
            f"{CLAIMS[name]}.0",
            f"{CLAIMS[name]}e0",
            "1e400",
            "NaN",
            "Infinity",
            "-Infinity",
            "9" * 5000,
            str(2**63),
            str(2**53),
            "0x10",
            "01",
        ):
            raw = compact(CLAIMS).replace(f'"{name}":{CLAIMS[name]}', f'"{name}":{text}')
            yield vector(f"{name} written {text[:24]}", signed(claims=raw))
    for name in ("content_sha256", "snapshot_sha256"):
        for digest in ("C" * 64, "c" * 63, "c" * 65, "g" * 64, "0x" + "c" * 62, "c" * 64 + "\n", "\uff43" * 64):
            yield vector(
                f"{name} is {json.dumps(digest)[:9]}...{json.dumps(digest)[-4:]}, {len(digest)} characters",
                signed(claims={**CLAIMS, name: digest}),
            )
    for name, value in {
        "count 0": {"count": 0, "sha256": "f" * 64},
        "count true": {"count": True, "sha256": "f" * 64},
        "count a text": {"count": "2", "sha256": "f" * 64},
        "count 2.0": {"count": 2.0, "sha256": "f" * 64},
        "no hash": {"count": 2},
        "no count": {"sha256": "f" * 64},
        "more": {"count": 2, "sha256": "f" * 64, "by": "rosa"},
        "a number": 2,
        "a hash of another length": {"count": 2, "sha256": "f" * 40},
    }.items():
        yield vector(f"approvals: {name}", signed(claims={**CLAIMS, "approvals": value}))
    for name in ("admin", "scope", "client_id", "cnf", "act", "__proto__", "", "Aud", "content"):
        yield vector(f"claim {name!r} besides", signed(claims={**CLAIMS, name: "1"}))
    for audience in (
        "executor-x",
        "Executor-Mastodon",
        "executor-mastodon ",
        "executor-mastodon\u0000",
        "executor-mast\u043edon",
        "executor",
        "*",
        [AUDIENCE],
        [AUDIENCE, "executor-x"],
    ):
        yield vector(f"audience {json.dumps(audience)}", signed(claims={**CLAIMS, "aud": audience}))
    yield vector("shown to another executor", signed(), audience="executor-x")
    yield vector("shown to an executor without a name", signed(), audience="")


def documents() -> Iterator[Vector]:
    text = compact(CLAIMS)
    for name in ("sub", "jti", "aud", "exp", "content_sha256", "approvals"):
        again = f',"{name}":{compact(CLAIMS[name])}}}'
        yield vector(f"{name} twice, the same", signed(claims=text[:-1] + again))
    yield vector("aud twice, another first", signed(claims='{"aud":"executor-x",' + text[1:]))
    yield vector("aud twice, another last", signed(claims=text[:-1] + ',"aud":"executor-x"}'))
    yield vector("sub twice, once escaped", signed(claims=text[:-1] + ',"s\\u0075b":"other"}'))
    yield vector("approvals.count twice", signed(claims=text.replace('"count":2', '"count":0,"count":2')))
    yield vector("approvals.sha256 twice", signed(claims=text.replace('"count":2', f'"count":2,"sha256":"{"0" * 64}"')))
    for name, raw in {
        "a list": f"[{text}]",
        "a text": json.dumps(text),
        "null": "null",
        "a number": "1",
        "nothing": "",
        "cut off": text[:-1],
        "two objects": text + text,
        "a NUL after": text + "\0",
        "a comment": text + "/**/",
        "a trailing comma": text[:-1] + ",}",
        "half of a surrogate pair": text.replace("rapport-compliance", "\\ud800"),
        "half of a pair as a name": text[:-1] + ',"\\udfff":1}',
        "a control character": text.replace("rapport-compliance", "a\u0007b"),
        "an escaped NUL": text.replace("rapport-compliance", "rapport-compliance\\u0000"),
        "5,000 lists within one another": text[:-1] + ',"x":' + "[" * 5000 + "]" * 5000 + "}",
        "1,000 objects within one another": text[:-1] + ',"x":' + '{"a":' * 1000 + "1" + "}" * 1000 + "}",
        "approvals nested ten deep": text.replace('"count":2', '"count":' + "[" * 10 + "2" + "]" * 10),
        "12,000 characters of jti": text.replace(CLAIMS["jti"], "j" * 12_000),
        "9,000 blanks": " " * 9000 + text + "x",
        "1,000 claims": text[:-1] + "".join(f',"c{n}":{n}' for n in range(1000)) + "}",
    }.items():
        yield vector(f"payload is {name}", signed(claims=raw))
    yield vector("payload with a byte order mark", signed(claims=b"\xef\xbb\xbf" + text.encode()))
    yield vector("payload in UTF-16", signed(claims=text.encode("utf-16")))
    yield vector("payload with overlong UTF-8", signed(claims=text.encode().replace(b"rapport-", b"rapport\xc0\xad")))
    yield vector("payload in Latin-1", signed(claims=text.replace("rapport", "r\u00e4pport").encode("latin-1")))


def times() -> Iterator[Vector]:
    for name, now in {
        "an hour before": NOW - 4200,
        "6 s before": CLAIMS["nbf"] - 6,
        "5 s after": CLAIMS["exp"] + 5,
        "a year after": NOW + 365 * DAY,
    }.items():
        yield vector(f"shown {name} its slot", signed(), now=now)
    for name, changes in {
        "ends when it begins": {"exp": CLAIMS["nbf"]},
        "ends before it begins": {"exp": CLAIMS["nbf"] - 1},
        "issued after its end": {"iat": CLAIMS["exp"] + 1},
        "issued 6 s from now": {"iat": NOW + 6},
        "issued tomorrow": {"iat": NOW + DAY, "exp": NOW + 2 * DAY},
        "lives a second more than 31 days": {"exp": CLAIMS["iat"] + 31 * DAY + 1},
        "lives for ever": {"exp": 253_402_300_799},
        "issued in 1970": {"iat": 0},
        "times in milliseconds": {name: CLAIMS[name] * 1000 for name in ("nbf", "exp", "iat")},
        "ends beyond the year 9999": {"exp": 253_402_300_800},
        "begins before 1970": {"nbf": -1},
        "no end at all": {"exp": 0},
    }.items():
        yield vector(name, signed(claims={**CLAIMS, **changes}))
