"""What API and worker have in common: settings become a gate and its transactions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.company.files import CompanyData, UnusableFile, read_company
from compliance.adapters.key_folder import KeyFolder, UnusableKey
from compliance.adapters.proof.note_keys import UnusableLedgerKey
from compliance.adapters.rules.located_yaml import UnusableRuleFile
from compliance.adapters.safety.model import UnusableSafetyModel
from compliance.adapters.tables import outbox
from compliance.adapters.unit_of_work import ComplianceUnitOfWork
from compliance.application.gate import Gate
from compliance.application.policies import policies_of
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.application.screening import screen, screen_plan
from compliance.application.told import TOLD
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.screening.forwarding.forwarding import examine
from compliance.settings import Settings
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.ids import IdFactory, new_id
from shared.observability.logging import configure_logging
from shared.observability.settings import BAD_SETTINGS_EXIT_CODE
from shared.observability.tracing import configure_tracing
from shared.outbox.writer import OutboxWriter

SERVICE = "compliance"


@contextmanager
def clear_refusal() -> Generator[None]:
    """A company file, key or rule that cannot be used ends the start with its message and exit code 2."""
    try:
        yield
    except (UnusableFile, UnusableKey, UnusableLedgerKey, UnusableRuleFile, UnusableSafetyModel) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the reader is whoever started the process
        raise SystemExit(BAD_SETTINGS_EXIT_CODE) from None


def build_unit_of_work(engine: AsyncEngine, gate: Gate) -> Callable[[], ComplianceUnitOfWork]:
    """A factory of units of work over `engine`; every call opens another transaction."""
    writer = OutboxWriter(outbox, source=SERVICE, clock=gate.clock, new_id=gate.new_id)
    policies = policies_of(gate)
    publish = writer.publishing(*TOLD)
    return lambda: ComplianceUnitOfWork(engine, publish, policies)


def build_gate(rules: RulesInUse, data: CompanyData, *, clock: Clock, ids: IdFactory = new_id) -> Gate:
    """The gate's means."""
    return Gate(
        screen=lambda snapshot, as_of: screen(snapshot, rules.current, as_of),
        screen_plan=lambda plan, as_of: screen_plan(plan, rules.current, as_of),
        examine=lambda pieces: examine(pieces, data.company, rules.current),
        rule_set=lambda: rules.sha256,
        company=data.company,
        review_steps=data.review_steps,
        sign_within=data.sign_within,
        absence_at_most=data.absence_at_most,
        review_clock=data.review_clock,
        drug_safety=data.drug_safety,
        medical_information=data.medical_information,
        caps=data.caps,
        figures=lambda: rules.current.lexicon,
        aftercare=data.aftercare,
        fast_lane=data.fast_lane,
        retention=data.retention,
        clock=clock,
        new_id=ids,
    )


def key_folder_of(settings: Settings) -> KeyFolder:
    return KeyFolder.opened(settings.key_dir, Occasion(by=SYSTEM, at=SystemClock().now(), why="the first start"))


def gate_of(settings: Settings, rules: RulesInUse) -> Gate:
    return build_gate(rules, read_company(settings.company_file), clock=SystemClock())


def issuer_of(settings: Settings) -> str:
    return str(settings.auth_issuer).rstrip("/")


def observe(settings: Settings) -> None:
    configure_logging(SERVICE, settings.log_level)
    configure_tracing(SERVICE, settings.otlp_endpoint)
