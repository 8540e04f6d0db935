"""One history as it happens: the gate's process, the services around it, and the step that everything is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from compliance.application import channels, people
from compliance.application.rules import rule_sets
from compliance.application.rules.rule_sets import Compiled
from compliance.application.teamwork.ports import Colleague
from compliance.domain.channel import ChannelDescription
from compliance.domain.facts import KnownStakeholder
from shared.contracts.envelope import Envelope
from shared.contracts.registry import EngagerUpdatedV1, StakeholderErasedV1, StakeholderUpdatedV1
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.verdicts import is_transient
from shared.testing import FakeClock
from soak.account import Account, Broken
from soak.faults import Fault, was_a_crash
from soak.issue_oracle import check_issue, check_token
from soak.ledger_oracle import LedgerOracle
from soak.observed import Eye
from soak.oracle import check, check_end
from soak.process import Api, Process, connected
from soak.topics import Partition
from soak.world import ENGAGERS, EXECUTORS, FACTS, FIRST_RULES, REVIEWERS, RULE_SETS
from support.compliance_peers import FakeAudit, FakeRegistry

_BEGIN = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
_SETTLES = 5
"""Times a message is handed over again at the end of a history before it counts as never settled."""


class Scene:
    """Lives for many histories over one database; `open` makes one."""

    def __init__(self, url: str, eye: Eye) -> None:
        self.url, self.eye = url, eye
        self.clock = FakeClock(_BEGIN)
        self.registry, self.audit = FakeRegistry(), FakeAudit()
        self.app = Api(self.clock)
        self.process = self._start()
        self.account = Account()
        self.reached: Counter[str] = Counter()
        self.fault: Fault | None = None
        self.failures: list[tuple[str, Exception]] = []
        self.sign_ins = 0
        self.broken = False
        self.ledger = LedgerOracle(eye.connection)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncGenerator[Scene]:
        async with connected(url) as connection:
            scene = cls(url, Eye(connection))
            try:
                await scene._furnish()
                yield scene
            finally:
                await scene.process.stop()

    # -- steps

    async def step(self, name: str, *acts: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """Do something, several things at once where several are given; look; hold every invariant against it."""
        self.broken = True  # unless this comes to its end
        fault, self.fault = self.fault, None
        before_truth = self._registry_truth()
        outcome = await self._survive(name, acts, fault)
        before, self.account.now = self.account.now, await self._look()
        self._complain(fault)
        check(self.account, before)
        truths = (before_truth, self._registry_truth())
        known = {each["permit_id"] for each in before.permits}
        for permit in self.account.now.permits:
            if permit["permit_id"] not in known:
                signed = await self.eye.signatures(permit["action_id"])
                check_issue(self.account, permit, signed, truths)
                check_token(permit, self.app.keys.jwks(self.clock.now()))
        await self._check_dead_letters()
        for each in self.account.now.ledger:
            self.reached[f"{each['aggregate']}: {each['old_state']} -> {each['new_state']} ({each['what']})"] += 1
        self.broken = False
        return outcome

    async def _survive(self, name: str, acts: Any, fault: Fault | None) -> str:
        try:
            with self.process.faults.during(fault):
                results = await _together([self._attempt(name, act, fault) for act in acts])
        except BaseException as error:
            if not was_a_crash(error):
                raise
            self.reached[f"{name} | {fault.kind if fault else 'dies'}"] += 1
            await self.restart()
            return "crashed"
        return ", ".join(results)

    async def _attempt(self, name: str, act: Callable[[], Awaitable[str]], fault: Fault | None) -> str:
        try:
            outcome = await act()
        except Broken:
            raise
        except DomainError as refusal:
            outcome = f"refused: {refusal.code}"
        except Exception as error:
            if not (fault is not None and fault.hit and is_transient(error)):
                raise _unexpected(name, error) from error
            outcome = "loses its connection"
        self.reached[f"{name} | {outcome}"] += 1
        return outcome

    def _complain(self, fault: Fault | None) -> None:
        """What ran by the clock reports instead of raising."""
        failures, self.failures = self.failures, []
        for about, error in failures:
            lost = fault is not None and fault.hit and is_transient(error)
            if about in self.account.versions and not (isinstance(error, DomainError) or lost):
                raise _unexpected(f"the clock over {about}", error) from error

    def note(self, about: str, error: Exception) -> None:
        self.failures.append((about, error))

    async def restart(self) -> None:
        """A new process over the same database: nothing that was only in memory is left."""
        await self.process.stop()
        self.process = self._start()
        self.process.rules.name = await self._in_force()

    # -- the services around the gate

    def new_person(self) -> str:
        person = new_id()
        self.account.people.append(person)
        return person

    def registry_says(self, person: str, **facts: Any) -> Partition:
        """Another version of a person: by HTTP at once, by event when it is delivered."""
        known = self.registry.known.get(person)
        version = 1 if known is None else known.version + 1
        state = {**(FACTS if known is None else known.facts), **facts}
        self.registry.known[person] = KnownStakeholder(stakeholder_id=person, version=version, facts=state)
        event = StakeholderUpdatedV1(stakeholder_id=person, version=version, name="Lena Falk", **state)
        return self.say(event)

    def registry_forgets(self, person: str) -> Partition:
        known = self.registry.known[person]
        self.registry.known[person] = KnownStakeholder(
            stakeholder_id=person, version=known.version + 1, facts={}, erased=True
        )
        return self.say(StakeholderErasedV1(stakeholder_id=person, version=known.version + 1))

    def say(self, event: Any) -> Partition:
        return self.account.topics.say(event, new_id(), self.clock.now())

    async def deliver(self, partition: Partition, *, again: int = 0) -> str:
        await self.account.topics.deliver(partition, self.process.processor, again=again)
        return "done"

    # -- one history

    async def begin(self) -> None:
        """Two people the gate knows, the first rule set in force, nothing else."""
        if self.broken:  # in the history before: nothing of it may be left
            await self.restart()
            await self._catch_up()
            self.broken = False
        self.account = Account(absences=self.account.absences)
        self.registry.known.clear()
        self.registry.down = self.audit.down = False
        self.audit.posts.clear()
        self.fault = None
        self.failures.clear()
        await self.eye.skip()
        if await self._in_force() != FIRST_RULES:
            await self.activate(FIRST_RULES)
        self.process.rules.name = self.account.rules_at_start = FIRST_RULES
        for _ in range(2):
            await self.deliver(self.registry_says(self.new_person()))
        await self.eye.skip()
        self.account.now = await self._look()
        self.account.truth = self._registry_truth()

    async def end(self) -> None:
        """Let everything settle and every slot end; then nothing may be on its way any more."""
        self.fault = None
        self.registry.down = self.audit.down = False
        for _ in range(_SETTLES):
            for partition in self.account.topics.waiting():
                await self.step("settle", lambda each=partition: self.deliver(each))
        ends = [each.end for versions in self.account.versions.values() for each in versions]
        self.clock.set(max([self.clock.now(), *ends]) + timedelta(minutes=1))
        await self.step("end", self.expire)
        await self.step("end", self.release)
        self.broken = True
        check_end(self.account)
        await self.process.sequencer.run()
        await self.ledger.check(self.account)
        self.broken = False

    async def release(self) -> str:
        before = self.account.now.permits
        await self.process.release_tick(self.note)
        found = await self.eye.connection.fetchval(
            "SELECT count(*) FROM permits WHERE stakeholder_id = ANY($1)", self.account.people
        )
        return "done" if found > len(before) else "nothing"

    async def expire(self) -> str:
        await self.process.expiry_tick(self.note)
        return "done"

    async def activate(self, name: str) -> None:
        await rule_sets.activate(name, "rita.rules", "soak", open_uow=self.process.open_uow, clock=self.clock)

    # -- behind the curtain

    async def _check_dead_letters(self) -> None:
        """Only what nobody can read is buried: a message the gate failed over is a defect."""
        strange = sorted(set(self.account.now.parked) - self.account.unreadable)
        if strange:
            cause = await self.eye.connection.fetchval(
                "SELECT error_class || ': ' || error_message FROM parked_messages WHERE key = $1 AND dead", strange[0]
            )
            raise _unexpected(f"the message about {strange[0]}", RuntimeError(cause))

    def _start(self) -> Process:
        process = Process(self.url, self.clock, self.registry, self.audit, self.app)
        process.faults.kills_by(self.eye.connection)
        return process

    async def _furnish(self) -> None:
        open_uow, clock = self.process.open_uow, self.clock
        first = Compiled(rule_set=FIRST_RULES, rules=1)
        await rule_sets.begin({}, first, open_uow=open_uow, clock=clock)
        for name in RULE_SETS:
            compiled = Compiled(rule_set=name, rules=1)
            await rule_sets.propose({}, compiled, "soak", "paul.proposer", open_uow=open_uow, clock=clock)
        described = [
            ChannelDescription(
                platform=platform,
                account=None,
                country="DE",
                hold="owned",
                moderation_owner="community.desk",
                screening_owner="drug.safety",
                executor=executor,
            )
            for platform, executor in EXECUTORS.items()
        ]
        await channels.take_over(described, by="soak", open_uow=open_uow, clock=clock, new_id=new_id)
        for function, engager in ENGAGERS.items():
            await self._hear_engager(engager, function)
        async with self.process.open_uow() as uow:
            for subject in REVIEWERS:
                colleague = Colleague(subject=subject, name=subject.title(), may_review=True)
                await uow.teamwork.colleagues.note(colleague, clock.now())
            await uow.commit()
        await self._catch_up()

    async def _hear_engager(self, engager: str, function: Any) -> None:
        event = EngagerUpdatedV1(
            engager_id=engager,
            version=1,
            name="Jonas Weber",
            function=function,
            relation="employee",
            trained_until=date(2099, 12, 31),
            authorised_platforms=("mastodon", "linkedin"),
        )
        envelope = Envelope(
            id=new_id(), type=event.TYPE, source="soak", time=self.clock.now(), subject=engager, dataschema="d"
        )
        async with self.process.open_uow() as uow:
            await people.on_engager_state(event, envelope, uow)
            await uow.commit()

    async def _catch_up(self) -> None:
        """A database that has seen histories before: time goes on from there, and nothing is left of them."""
        latest = await self.eye.connection.fetchval("SELECT max(at) FROM ledger")
        overdue = await self.eye.connection.fetchval("SELECT max(slot_end) FROM cases")
        self.clock.set(max(each for each in (self.clock.now(), latest, overdue) if each is not None))
        await self.process.expiry_tick(self.note)
        self.failures.clear()

    async def _in_force(self) -> str:
        return str(await self.eye.connection.fetchval("SELECT rule_set FROM rule_sets"))

    async def _look(self) -> Any:
        return await self.eye.look(self.account.people, self.account.keys())

    def _registry_truth(self) -> dict[str, Any]:
        known = self.registry.known
        return {
            person: None if person not in known or known[person].erased else dict(known[person].facts)
            for person in self.account.people
        }


async def _together(acts: Sequence[Coroutine[Any, Any, str]]) -> list[str]:
    """All at once; when one ends the process, the others end with it."""
    if len(acts) == 1:
        return [await acts[0]]
    tasks = [asyncio.ensure_future(each) for each in acts]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for each in tasks:
        each.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [each for each in done if isinstance(each, BaseException) and not isinstance(each, asyncio.CancelledError)]
    if failed:
        raise next((each for each in failed if was_a_crash(each)), failed[0])
    return [str(each) for each in done]


def _unexpected(name: str, error: BaseException) -> Broken:
    """Nothing may fail but by a refusal. The database's own last line of defence says which invariant it holds."""
    text = str(error.orig if isinstance(error, DBAPIError) else error)
    if "ledger" in text:
        return Broken("I6", f"{name}: {text}")
    if "uq_permits_one_in_force" in text:
        return Broken("I2", f"{name}: {text}")
    return Broken("I9", f"{name} failed: {type(error).__name__}: {text}")
