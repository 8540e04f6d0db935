"""The four APIs, the token issuer and the session cookie."""
