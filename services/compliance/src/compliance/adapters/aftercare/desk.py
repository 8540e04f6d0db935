"""What the routes of aftercare are given, over the database and the permit keys."""

from __future__ import annotations

from functools import partial

from compliance.adapters.aftercare.queries import AftercareQueries
from compliance.adapters.aftercare.revocations import SignedRevocations
from compliance.adapters.read_models import Reads
from compliance.adapters.signing_keys import SigningKeys
from compliance.application.aftercare import take_downs, watches
from compliance.application.aftercare.desk import AftercareDesk
from compliance.application.aftercare.recall import recall
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork


def aftercare_desk(gate: Gate, open_uow: OpenUnitOfWork, reads: Reads, keys: SigningKeys) -> AftercareDesk:
    """Every use case opens its own unit of work."""
    return AftercareDesk(
        clock=gate.clock,
        queries=AftercareQueries(reads),
        recall=partial(recall, open_uow=open_uow, gate=gate),
        revocations=SignedRevocations(keys, reads, gate.clock),
        change_take_down=partial(take_downs.change, open_uow=open_uow, gate=gate),
        report_take_down=partial(take_downs.report, open_uow=open_uow, gate=gate),
        change_watch=partial(watches.change, open_uow=open_uow, gate=gate),
    )
