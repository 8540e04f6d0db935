"""All routes of aftercare. They come before those of permits, whose ids would take `revocations` for one."""

from __future__ import annotations

from compliance.entrypoints.api.aftercare import recalls, take_downs, watches

AFTERCARE = (recalls.router, take_downs.router, watches.router)
