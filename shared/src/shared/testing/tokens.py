"""Access tokens signed inside the test, and a verifier that trusts them without any HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

from shared.auth.keys import KnownKeys
from shared.auth.principal import Principal
from shared.auth.verifier import TokenVerifier
from shared.kernel.ids import new_id


class TestIssuer:
    """Signs RFC 9068 access tokens with a key of its own.

    Use::

        issuer = TestIssuer()
        app = create_app(..., verifier=issuer.verifier())
        await client.get("/v1/posts", headers=issuer.authorization("audit:read"))
    """

    __test__ = False  # pytest would take it for a test class

    def __init__(
        self,
        url: str = "http://issuer.test",
        audience: str = "rapport",
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.url = url
        self.audience = audience
        self._now = now
        self.key = ECKey.generate_key("P-256", {"kid": "test", "alg": "ES256", "use": "sig"})

    def keys(self) -> KnownKeys:
        """The public half, as a verifier wants it."""
        return KnownKeys({"test": ECKey.import_key(self.key.as_dict(private=False))})

    def verifier(self) -> TokenVerifier:
        """Trusts this issuer only."""
        return TokenVerifier(self.url, self.audience, keys=self.keys(), now=self._now)

    def claims(self, *scopes: str, subject: str = "amira.medical", **changes: Any) -> dict[str, Any]:
        """Valid claims of a person; `changes` replaces members, None removes one."""
        now = int(self._now())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": self.audience,
            "sub": subject,
            "name": subject.title(),
            "client_id": "test-client",
            "iat": now,
            "auth_time": self._now(),
            "exp": now + 3600,
            "jti": new_id(),
            "scope": " ".join(scopes),
            "roles": [],
        }
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A compact JWS over `claims`; `header` replaces members, None removes one."""
        members = {"alg": "ES256", "typ": "at+jwt", "kid": "test", **header}
        protected = {name: value for name, value in members.items() if value is not None}
        registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        return jws.serialize_compact(protected, json.dumps(claims), self.key, registry=registry)

    def token(self, *scopes: str, **changes: Any) -> str:
        """A valid token with these scopes."""
        return self.sign(self.claims(*scopes, **changes))

    def authorization(self, *scopes: str, **changes: Any) -> dict[str, str]:
        """The request header with a valid token."""
        return {"Authorization": f"Bearer {self.token(*scopes, **changes)}"}

    def service_authorization(self, client_id: str, *scopes: str) -> dict[str, str]:
        """The request header of a service that acts for itself, such as an executor."""
        return self.authorization(*scopes, subject=client_id, client_id=client_id, name=None)


def signed_principal(
    subject: str = "amira.medical",
    *,
    scopes: Iterable[str] = (),
    roles: Iterable[str] = (),
    client_id: str = "test-client",
) -> Principal:
    """A Principal as a verified token would give, for calling use cases directly."""
    return Principal(
        subject=subject,
        name=subject,
        kind="service" if subject == client_id else "person",
        scopes=frozenset(scopes),
        roles=frozenset(roles),
        client_id=client_id,
    )
