"""Random histories of a few actions for two people: whatever happens, in whatever order, the invariants hold.

Hypothesis draws the steps and prints a failing history as a program. What it draws depends on nothing that the database
answers, hence no preconditions: two things at once end one way or the other, and a history has to be drawn alike again.
Every rule is one operation on the real gate; what it may and may not have done is told by the oracles, after every
step, from the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.contracts.audit import PostCapturedV1
from soak import acting
from soak.account import Frozen
from soak.acting import How, Plan
from soak.drawing import FACTS, FAULTS, HOWS, PLANS, STOPS
from soak.faults import Fault
from soak.observed import Row
from soak.scene import Scene
from soak.world import EXECUTORS, REVIEWERS, RULE_SETS

Act = Callable[[], Coroutine[Any, Any, str]]
_ANY = st.integers(0, 7)


class Histories(RuleBasedStateMachine):
    """`runner` and `scene` are those of the run: a process of the gate lives through many histories."""

    runner: ClassVar[asyncio.Runner]
    scene: ClassVar[Scene]
    begun: ClassVar[int] = 0
    first_broken: ClassVar[int | None] = None

    @initialize(plan=PLANS, reached=st.sampled_from(["nothing", "submitted", "approved", "released", "released"]))
    def begin(self, plan: Plan, reached: str) -> None:
        """Half of the histories begin with a permit: what matters most comes late in an action's life."""
        type(self).begun += 1
        self.runner.run(self.scene.begin())
        if reached != "nothing":
            self.step("submit", lambda: acting.submit(self.scene, plan))
        if reached in ("approved", "released"):
            self.agree(0)
        if reached == "released":
            self.reach_the_slot(0)
            self.step("release", self.scene.release)

    def teardown(self) -> None:
        try:
            if self.scene.account.people and not self.scene.broken:
                self.runner.run(self.scene.end())
        finally:
            if self.scene.broken and self.first_broken is None:
                type(self).first_broken = self.begun

    def step(self, name: str, *acts: Act) -> str:
        return self.runner.run(self.scene.step(name, *acts))

    # -- authors

    @rule(plan=PLANS, late=st.sampled_from([False] * 5 + [True]))
    def submit(self, plan: Plan, late: bool) -> None:
        self.step("submit", lambda: acting.submit(self.scene, plan, late=late))

    @rule(
        which=_ANY,
        change=st.sampled_from(["words", "target", "link", "audience", "actor", "slot", "nothing"]),
        plan=PLANS,
        late=st.sampled_from([False] * 5 + [True]),
    )
    def edit(self, which: int, change: Any, plan: Plan, late: bool) -> None:
        if not self.scene.account.versions:
            return
        self.step(f"edit {change}", lambda: acting.revise(self.scene, self.action(which), change, plan, late=late))

    @rule(which=_ANY, plan=PLANS, rehearse=st.sampled_from([True, True, False]))
    def withdraw_or_rehearse(self, which: int, plan: Plan, rehearse: bool) -> None:
        if not self.scene.account.versions:
            return
        if rehearse:
            self.step("screen", lambda: acting.screen_draft(self.scene, plan))
        else:
            self.step("withdraw", lambda: acting.withdraw(self.scene, self.action(which)))

    # -- reviewers

    @rule(which=_ANY, who=st.sampled_from(sorted(REVIEWERS)), how=HOWS)
    def vote(self, which: int, who: str, how: How) -> None:
        if not self.scene.account.now.cases:
            return
        case = self.pick(self.cases("in_review") or self.scene.account.now.cases, which)
        self.step(f"vote {how.decision}", self.voting(case, who, how))

    @rule(which=_ANY, authors=st.booleans(), no=st.sampled_from([None, None, None, "request_changes", "reject"]))
    def everybody_agrees(self, which: int, authors: bool, no: str | None) -> None:
        """Unless somebody is against it first."""
        if not self.cases("in_review"):
            return
        if no is not None:
            case = self.pick(self.cases("in_review"), which)
            self.step(f"vote {no}", self.voting(case, "pia", How(decision=no)))
        self.agree(which, authors=authors)

    @rule(
        who=st.sampled_from(["mia", "sol", "amira", "robot"]),
        delegate=st.sampled_from(["rosa", "sam", "jonas", "pia"]),
        how=HOWS,
        which=_ANY,
    )
    def delegate(self, who: str, delegate: str, how: How, which: int) -> None:
        self.step("delegate", lambda: acting.go_away(self.scene, who, delegate))
        for case in [self.pick(self.cases("in_review"), which)] if self.cases("in_review") else []:
            self.step("vote for somebody", self.voting(case, delegate, replace(how, on_behalf_of=who)))

    # -- the registry and the audit

    @rule(which=_ANY, facts=FACTS, late=st.sampled_from([False, False, True]))
    def a_fact_changes(self, which: int, facts: dict[str, Any], late: bool) -> None:
        self.step("change a fact", self.telling(which, facts, late=late))

    @rule(which=_ANY, stop=STOPS, late=st.sampled_from([False, False, False, True]))
    def a_signal_changes(self, which: int, stop: dict[str, Any], late: bool) -> None:
        name = "opt out" if stop.get("opted_out") else "complaint" if stop.get("open_complaint") else "opt in"
        name = "do not engage" if stop.get("do_not_engage") else name
        self.step(name, self.telling(which, stop, late=late))

    @rule(which=_ANY, again=st.integers(0, 3))
    def deliver(self, which: int, again: int) -> None:
        """Topics are independent: any of them may be ahead, and what was settled may come once more."""
        if not self.scene.account.topics.partitions:
            return
        partitions = list(self.scene.account.topics.partitions.values())
        ready = self.scene.account.topics.waiting() or partitions
        partition = self.pick(ready, which)
        self.step("deliver", lambda: self.scene.deliver(partition, again=again))

    @rule(which=_ANY, reports=st.sampled_from([True, True, False]))
    def a_post_is_captured(self, which: int, reports: bool) -> None:
        person = self.pick(self.scene.account.people, which)
        event = PostCapturedV1(
            post_id=f"post-{len(self.scene.account.topics.partitions)}-{person}",
            version=1,
            platform="mastodon",
            external_id="1",
            author_handle="lena",
            author_stakeholder_id=person,
            text=f"Dizzy no more, dizzy of {person}." if reports else "A fine day.",
            captured_at=self.scene.clock.now(),
        )
        self.step("capture", lambda: self.scene.deliver(self.scene.say(event)))

    @rule(which=_ANY, how=st.sampled_from(["acknowledge", "hand over", "hand over", "close", "reopen"]))
    def drug_safety_works(self, which: int, how: str) -> None:
        if not self.scene.account.now.safety:
            return
        case = self.pick(self.scene.account.now.safety, which)
        self.step(f"safety: {how}", lambda: acting.handle_safety_case(self.scene, case["id"], how))

    @rule(
        which=_ANY, plan=PLANS, stop=STOPS, what=st.sampled_from(["person", "action", "forgotten", "repair", "repair"])
    )
    def unheard_of(self, which: int, plan: Plan, stop: dict[str, Any], what: str) -> None:
        """What nobody can read, what is no action, somebody to forget; and the operator who puts it right."""
        scene, person = self.scene, self.pick(self.scene.account.people, which)
        erased = scene.registry.known[person].erased
        if what == "repair" and scene.account.now.parked:
            key = self.pick(scene.account.now.parked, which)
            self.step("repair", lambda: acting.repair(scene, key))
        elif what == "person" and person not in scene.account.unreadable and not erased:
            self.step("bury", partial(self._bury, person, stop))
        elif what == "action" and not scene.account.wrecks:
            self.step("submit rubbish", lambda: acting.submit(scene, plan, readable=False))
        elif what == "forgotten" and not erased and which > 4:
            self.step("erase", lambda: scene.deliver(scene.registry_forgets(person)))

    # -- circumstances: time, processes, rule sets, who answers

    @rule(name=st.sampled_from(sorted(RULE_SETS)), loaded=st.booleans(), late=st.booleans())
    def other_rules(self, name: str, loaded: bool, late: bool) -> None:
        if late and self.scene.process.rules.name != self.scene.account.now.in_force:
            self.scene.process.rules.name = self.scene.account.now.in_force or ""
        else:
            self.step("change rule set", lambda: acting.change_rules(self.scene, name, loaded=loaded))

    @rule(
        which=_ANY,
        seen=st.sampled_from(["confirmed", "changed", "deleted", "nobody looked", "the author looked"]),
        registry=st.sampled_from([False, False, True]),
        audit=st.sampled_from([False, False, True]),
    )
    def the_world_outside(self, which: int, seen: Any, registry: bool, audit: bool) -> None:
        self.scene.registry.down, self.scene.audit.down = registry, audit
        urls = sorted(self.scene.audit.posts)
        if urls and seen == "nobody looked":
            self.scene.audit.expire()
        elif urls:
            by = "amira" if seen == "the author looked" else "rosa"
            self.scene.audit.see(self.pick(urls, which), "confirmed" if by == "amira" else seen, by)

    @rule(
        which=_ANY, minutes=st.sampled_from([0, 0, 0, 1, 2, 6, 20, 40, 90]), end=st.sampled_from([False] * 4 + [True])
    )
    def time_passes(self, which: int, minutes: int, end: bool) -> None:
        if minutes:
            self.scene.clock.advance(timedelta(minutes=minutes))
        else:
            self.reach_the_slot(which, end=end)
        self.scene.reached["advance clock | done"] += 1

    @rule(what=st.sampled_from(["release"] * 5 + ["expire", "expire", "sequencer"]))
    def the_clock_ticks(self, what: str) -> None:
        ticks = {"release": self.scene.release, "expire": self.scene.expire, "sequencer": self._integrate}
        self.step(what, ticks[what])

    @rule(fault=FAULTS, restart=st.sampled_from([False] * 3 + [True]))
    def the_next_step_fails(self, fault: Fault, restart: bool) -> None:
        if restart:
            self.runner.run(self.scene.restart())
            self.scene.reached["restart | done"] += 1
        else:
            self.scene.fault = Fault(fault.kind, fault.at)

    # -- executors

    @rule(
        which=_ANY,
        client=st.sampled_from([None] * 4 + sorted(EXECUTORS.values())),
        other_content=st.sampled_from([False] * 5 + [True]),
        times=st.sampled_from([1, 1, 2, 4]),
        http=st.sampled_from([False, False, False, True]),
    )
    def redeem(self, which: int, client: str | None, other_content: bool, times: int, http: bool) -> None:
        if not self.scene.account.now.permits:
            return
        permits = self.scene.account.now.permits
        permit = self.pick([each for each in permits if each["state"] == "issued"] or permits, which)
        self.step("redeem", *[self.redeeming(permit, client, other_content, http)] * times)

    @rule(which=_ANY)
    def recall(self, which: int) -> None:
        if not self.cases("released", "redeemed"):
            return
        case = self.pick(self.cases("released", "redeemed"), which)
        self.step("recall", lambda: acting.recall(self.scene, case["action_id"]))

    # -- several at once, and the usual way

    @rule(
        which=_ANY, first=st.sampled_from(sorted("abcdefghi")), second=st.sampled_from(sorted("abcdefghi")), plan=PLANS
    )
    def at_once(self, which: int, first: str, second: str, plan: Plan) -> None:
        if not self.scene.account.now.cases:
            return
        case = self.pick(self.scene.account.now.cases, which)
        acts = [each for each in (self._race(what, case, plan) for what in sorted({first, second})) if each]
        if acts:
            self.step("at once", *acts)

    @rule(plan=PLANS, redeem=st.booleans())
    def the_usual_way(self, plan: Plan, redeem: bool) -> None:
        """Hastens histories to where it gets interesting; every step may be refused."""
        self.step("submit", lambda: acting.submit(self.scene, plan))
        self.agree(-1, authors=redeem)
        self.reach_the_slot(0)
        self.step("release", self.scene.release)
        issued = [each for each in self.scene.account.now.permits if each["state"] == "issued"]
        if redeem and issued:
            self.step("redeem", self.redeeming(issued[0], None, False, False))

    # -- means

    def cases(self, *states: str) -> list[Row]:
        return [each for each in self.scene.account.now.cases if each["state"] in states]

    @staticmethod
    def pick(among: Any, which: int) -> Any:
        return among[which % len(among)]

    def action(self, which: int) -> Frozen:
        return self.pick(list(self.scene.account.versions.values()), which)[-1]

    def agree(self, which: int, *, authors: bool = False) -> None:
        waiting = self.cases("in_review")
        if waiting:
            action_id = self.pick(waiting, which)["action_id"]
            self.step("sign", lambda: acting.agree(self.scene, action_id, authors=authors))

    def reach_the_slot(self, which: int, *, end: bool = False) -> None:
        """Time goes on to where a slot begins, or just about ends."""
        waiting = self.cases("approved", "released", "paused")
        if waiting:
            frozen = self.scene.account.versions[self.pick(waiting, which)["action_id"]][-1]
            to = frozen.end if end else frozen.start + timedelta(seconds=1)
            self.scene.clock.set(max(self.scene.clock.now(), to))

    def voting(self, case: Row, who: str, how: How) -> Act:
        frozen = self.scene.account.frozen(case["action_id"], case["snapshot_sha256"])
        assert frozen is not None
        content = acting.content_of(frozen)
        return lambda: acting.vote(self.scene, case, content, who, how)

    def redeeming(self, permit: Row, client: str | None, other_content: bool, http: bool) -> Act:
        before = self.scene.account.now
        content = "0" * 64 if other_content else None
        return lambda: acting.redeem(self.scene, permit, before, client=client, content=content, http=http)

    def telling(self, which: int, facts: dict[str, Any], *, late: bool) -> Act:
        person = self.pick(self.scene.account.people, which)
        known = self.scene.registry.known[person]

        async def tell() -> str:
            if known.erased:
                return "nothing"
            partition = self.scene.registry_says(person, **facts)
            return "said" if late else await self.scene.deliver(partition)

        return tell

    async def _bury(self, person: str, facts: dict[str, Any]) -> str:
        self.scene.account.unreadable.add(person)
        partition = self.scene.registry_says(person, **facts)
        said = partition.said[-1]
        partition.said[-1] = said.torn()
        return await self.scene.deliver(partition)

    async def _integrate(self) -> str:
        await self.scene.process.sequencer.run()
        return "done"

    def _race(self, what: str, case: Row, plan: Plan) -> Act | None:
        scene, person = self.scene, self.scene.account.people.index(case["stakeholder_id"])
        frozen = scene.account.versions[case["action_id"]][-1]
        issued = [each for each in scene.account.now.permits if each["state"] == "issued"]
        races: dict[str, Act | None] = {
            "a": self.voting(case, "rosa", How()),
            "b": self.voting(case, "sam", How()),
            "c": lambda: acting.revise(scene, frozen, "words", plan),
            "d": self.telling(person, {"opted_out": True}, late=False),
            "e": scene.release,
            "f": self.redeeming(issued[0], None, False, False) if issued else None,
            "g": lambda: acting.withdraw(scene, frozen),
            "h": scene.expire,
            "i": lambda: acting.recall(scene, case["action_id"]),
        }
        return races[what]
