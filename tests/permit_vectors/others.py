"""What general JOSE libraries make of the same tokens: `python tests/permit_vectors/others.py`, in an environment with
pyjwt and joserfc. Each is told the algorithm, audience and key set, as its manual says; time is that of the vector.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joserfc
import jwt
from joserfc import jwk
from joserfc import jwt as jose_jwt

FOLDER = Path(__file__).parent


def with_pyjwt(case: dict[str, Any]) -> None:
    """PyJWT judges times by the wall clock; they are left to nobody here."""
    keys = jwt.PyJWKSet.from_dict(case["keys"])
    kid = jwt.get_unverified_header(case["token"])["kid"]
    off = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    jwt.decode(case["token"], keys[kid], algorithms=["EdDSA"], audience=case["audience"], options=off)


def with_joserfc(case: dict[str, Any]) -> None:
    keys = jwk.KeySet.import_key_set(case["keys"])
    claims = jose_jwt.decode(case["token"], keys, algorithms=["EdDSA"]).claims
    wanted = {"aud": {"essential": True, "value": case["audience"]}}
    jose_jwt.JWTClaimsRegistry(now=case["now"], leeway=5, **wanted).validate(claims)


LIBRARIES: dict[str, Callable[[dict[str, Any]], None]] = {
    f"PyJWT {jwt.__version__}": with_pyjwt,
    f"joserfc {joserfc.__version__}": with_joserfc,
}


def main(*, names: bool) -> None:
    published = json.loads((FOLDER / "published.json").read_text())
    for library, decode in LIBRARIES.items():
        for file in sorted(FOLDER.glob("*.json")):
            vectors = [] if file.name == "published.json" else json.loads(file.read_text())
            taken = [each["name"] for each in vectors if accepts(decode, {**published, **each})]
            if vectors:
                print(f"{library}  {file.stem:<11} accepts {len(taken):>3} of {len(vectors)}")
            for name in taken if names and file.stem != "accepted" else ():
                print(f"    {name}")


def accepts(decode: Callable[[dict[str, Any]], None], case: dict[str, Any]) -> bool:
    try:
        decode(case)
    except Exception:  # noqa: BLE001 - whatever it says, it did not accept
        return False
    return True


if __name__ == "__main__":
    main(names="--names" in sys.argv)
