"""HTTP: the application, its errors, correlation, idempotent POSTs, entity tags, cursor pages.

Use::

    from shared.web.app import create_app
    from shared.web.etag import IfMatch, ensure_version, etag
    from shared.web.idempotency import Once, Reply, idempotency_table
    from shared.web.pages import Cursor, Page, page
"""

from shared.web.app import create_app

__all__ = ["create_app"]
