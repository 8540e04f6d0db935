"""Who is asking, and may they: access tokens (RFC 9068), principals, scopes; an issuer for development.

Use::

    Caller = Annotated[Principal, Depends(require("registry:write"))]
"""

from shared.auth.dependencies import require
from shared.auth.principal import InsufficientScope, Principal, Unauthenticated
from shared.auth.verifier import TokenVerifier

__all__ = ["InsufficientScope", "Principal", "TokenVerifier", "Unauthenticated", "require"]
