"""The system that runs on this data folder, seen from another process."""

from __future__ import annotations

import os

from rapport.embedded.postgres import EmbeddedPostgres
from rapport.launcher.folder import DataFolder
from rapport.launcher.platform import KAFKA_VARIABLE, POSTGRES_VARIABLE, check_own_database
from rapport.launcher.ports import DEFAULTS
from rapport.launcher.services import Wiring, make_wiring
from rapport.place import Place
from rapport.problem import Problem


def running_wiring(place: Place) -> Wiring:
    """Addresses and secrets of the running system. Raises Problem when nothing runs here."""
    folder = DataFolder(place.data)
    check_own_database()
    given = os.environ.get(POSTGRES_VARIABLE)
    if folder.holder() is None and not given:
        raise Problem(
            f"nothing runs on {place.data}", remedy=f"`rapport up` first, or set {POSTGRES_VARIABLE} to a server"
        )
    folder.make()
    ports = {**DEFAULTS, **folder.ports}
    return make_wiring(
        place,
        folder,
        ports,
        admin_url=given or EmbeddedPostgres(place.data / "postgres", port=ports["postgres"]).url,
        bootstrap_servers=os.environ.get(KAFKA_VARIABLE) or f"127.0.0.1:{ports['kafka']}",
    )
