"""What people, programs and the clock do to the gate. Every function is one operation and says what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from compliance.application.aftercare import recall as aftercare
from compliance.application.aftercare.recall import Recall
from compliance.application.teamwork import absences
from compliance.application.teamwork.absences import Away
from compliance.application.teamwork.ports import Means
from compliance.domain.review.votes import Ballot, Voter
from shared.contracts.hashing import snapshot_sha256
from shared.contracts.planner import ActionRevisedV1, ActionSubmittedV1, ActionWithdrawnV1
from shared.kernel.ids import new_id
from soak.account import Absence, Answer, Broken, Frozen, published, sha256
from soak.observed import Observed, Row
from soak.oracle import check_redemption
from soak.scene import Scene
from soak.world import AUTHORS, ENGAGERS, FACTS, REVIEWERS, RULE_SETS, STEPS, Said, capacities, found

Change = Literal["words", "target", "link", "audience", "actor", "slot", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody plans. `known_actor` false: somebody the gate does not know would act."""

    person: int
    function: str
    kind: str
    text: str
    audience: str
    platform: str
    minutes: int
    targeted: bool
    edited: bool
    known_actor: bool = True


def snapshot_of(scene: Scene, action_id: str, plan: Plan) -> dict[str, Any]:
    person = scene.account.people[plan.person % len(scene.account.people)]
    start = scene.clock.now() + timedelta(minutes=1)
    target = {"kind": "post", "url": f"https://mastodon.example/{person}/1", "author": "lena", "text": f"Of {person}."}
    return {
        "action_id": action_id,
        "type": plan.kind,
        "channel": {"platform": plan.platform, "audience": plan.audience, "account": "corporate"},
        "actor": {
            "id": ENGAGERS[plan.function] if plan.known_actor else "somebody",
            "function": plan.function,
        },
        "stakeholder": {"id": person, "type": FACTS["type"]},
        "company": {"name": "Havelmark Pharma"},
        "text": plan.text,
        "declaration": "We are Havelmark Pharma.",
        "links": [],
        "scheduled_for": {"start": start.isoformat(), "end": (start + timedelta(minutes=plan.minutes)).isoformat()},
        **({"target": target} if plan.targeted else {}),
    }


async def submit(scene: Scene, plan: Plan, *, readable: bool = True, late: bool = False) -> str:
    action_id = new_id()
    snapshot = snapshot_of(scene, action_id, plan)
    if plan.targeted:
        scene.audit.capture(snapshot["target"]["url"], snapshot["target"]["text"])
        scene.audit.see(snapshot["target"]["url"], "confirmed", "rosa")
    return await _freeze(scene, snapshot, plan, version=1, readable=readable, late=late)


async def revise(scene: Scene, frozen: Frozen, change: Change, plan: Plan, *, late: bool = False) -> str:
    old, new = frozen.snapshot, snapshot_of(scene, frozen.action_id, plan)
    snapshot = dict(old)
    if change == "words":
        snapshot["text"] = plan.text
    elif change == "target":
        snapshot["target"] = {
            **new.get("target", {"kind": "post", "url": "https://mastodon.example/other"}),
            "author": "max",
        }
    elif change == "link":
        snapshot["links"] = [{"url": f"https://havelmark.example/{frozen.version}"}]
    elif change == "audience":
        snapshot["channel"] = {**old["channel"], "audience": plan.audience}
    elif change == "actor":
        snapshot["actor"] = new["actor"]
    elif change == "slot":
        snapshot["scheduled_for"] = new["scheduled_for"]
    version = scene.account.versions[frozen.action_id][-1].version + 1
    return await _freeze(scene, snapshot, plan, version=version, readable=True, late=late)


async def withdraw(scene: Scene, frozen: Frozen) -> str:
    event = ActionWithdrawnV1(
        action_id=frozen.action_id, version=99, withdrawn_by=frozen.submitted_by, reason="no longer needed"
    )
    return await scene.deliver(scene.say(event))


async def _freeze(
    scene: Scene, snapshot: dict[str, Any], plan: Plan, *, version: int, readable: bool, late: bool
) -> str:
    action_id, person = snapshot["action_id"], snapshot["stakeholder"]["id"]
    frozen = Frozen(
        action_id=action_id,
        version=version,
        person=person,
        snapshot=snapshot,
        submitted_by=AUTHORS[0],
        edited_by=AUTHORS[1:] if plan.edited else (),
    )
    scene.account.versions.setdefault(action_id, []).append(frozen)
    contract = ActionSubmittedV1 if version == 1 else ActionRevisedV1
    sent = snapshot if readable else {**snapshot, "channel": "none that anybody knows"}
    event = contract(
        action_id=action_id,
        version=version,
        plan_id="plan-1",
        stakeholder_id=person,
        snapshot=sent,
        snapshot_sha256=snapshot_sha256(sent),
        submitted_by=frozen.submitted_by,
        submitted_by_name="Dr Amira Sharma",
        edited_by=frozen.edited_by,
        submitted_at=scene.clock.now(),
    )
    if not readable:
        scene.account.unreadable.add(action_id)
        scene.account.wrecks[action_id] = snapshot["text"]
    partition = scene.say(event)
    if not readable:
        mended = event.model_copy(update={"snapshot": snapshot, "snapshot_sha256": snapshot_sha256(snapshot)})
        partition.said[-1].mended = mended.model_dump_json().encode()
    return "said" if late else await scene.deliver(partition)


async def screen_draft(scene: Scene, plan: Plan) -> str:
    """Somebody rehearses. Nothing is stored, and the answer is that of a submission at this moment."""
    draft = snapshot_of(scene, new_id(), plan)
    person = draft["stakeholder"]["id"]
    answer = await scene.process.screen_draft(draft)
    latest = await scene.eye.connection.fetchval("SELECT max(sequence) FROM ledger")
    if latest > scene.eye.latest:
        raise Broken("I6", "a rehearsal left something in the ledger")
    kept = scene.account.now.people[person]
    if not kept["erased"]:
        contacts = sum(
            each["stakeholder_id"] == person and (each["state"] == "issued" or each["redeemed_at"] is not None)
            for each in scene.account.now.permits
        )
        facts = kept["facts"]
        said = Said(
            text=plan.text,
            minor=facts["minor"],
            followers=facts["followers"],
            contacts=contacts,
            authorised=True if plan.known_actor else None,
        )
        blocked = "block" in found(said, RULE_SETS[scene.process.rules.name]).values()
        if blocked != (answer.verdict == "block"):
            raise Broken("I10", f"a rehearsal says {answer.verdict}")
    return "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How somebody votes: on what they looked at, and with which proof of who they are."""

    decision: str = "approve"
    looked_at: Literal["this", "an older version", "other content"] = "this"
    proof: Literal["fresh", "old", "used", "none"] = "fresh"
    step: str | None = None
    on_behalf_of: str | None = None
    http: bool = False


async def vote(scene: Scene, case: Row, content: str, who: str, how: How) -> str:
    version = case["version"] - (how.looked_at == "an older version")
    ballot = Ballot(
        decision=how.decision,  # type: ignore[arg-type] - one of the three
        meaning="reviewed for accuracy",
        reason=None if how.decision == "approve" else "too promotional",
        content_sha256="0" * 64 if how.looked_at == "other content" else content,
        case_version=version,
        step=how.step,
        on_behalf_of=how.on_behalf_of,
    )
    proved = _proof(scene, how)
    if how.http and proved is not None:
        return await _vote_over_http(scene, case["action_id"], ballot, who, proved)
    voter = Voter(
        subject=who,
        name=who.title(),
        is_person=REVIEWERS[who].is_person,
        capacities=capacities(who),
        authenticated_at=proved,
    )
    await scene.process.vote(case["action_id"], ballot, voter)
    return "done"


def _proof(scene: Scene, how: How) -> datetime | None:
    now = scene.clock.now()
    if how.proof == "none":
        return None
    if how.proof == "old":
        return now - timedelta(minutes=6)
    if how.proof == "fresh":
        scene.sign_ins = (scene.sign_ins + 1) % 30_000_000
    return now - timedelta(minutes=1) + timedelta(microseconds=scene.sign_ins)


async def _vote_over_http(scene: Scene, action_id: str, ballot: Ballot, who: str, proved: datetime) -> str:
    kind = {} if REVIEWERS[who].is_person else {"name": None, "client_id": who}
    headers = scene.app.issuer.authorization(
        "compliance:review", subject=who, roles=list(REVIEWERS[who].roles), auth_time=proved.timestamp(), **kind
    )
    body = {
        "decision": ballot.decision,
        "meaning": ballot.meaning,
        "reason": ballot.reason,
        "content_sha256": ballot.content_sha256,
        "step": ballot.step,
        "on_behalf_of": ballot.on_behalf_of,
    }
    answer = await scene.process.http.post(
        f"/v1/cases/{action_id}/votes",
        json={name: value for name, value in body.items() if value is not None},
        headers={**headers, "If-Match": f'"v{ballot.case_version}"'},
    )
    return _heard(answer, "a vote")


async def go_away(scene: Scene, who: str, delegate: str) -> str:
    """Somebody will be away for a while, and says who stands in."""
    now = scene.clock.now()
    ends = now + timedelta(minutes=20)
    scene.account.absences.append(Absence(subject=who, delegate=delegate, begins=now, ends=ends))
    voter = Voter(
        subject=who,
        name=who.title(),
        is_person=REVIEWERS[who].is_person,
        capacities=capacities(who),
        authenticated_at=now,
    )
    gate = scene.process.gate
    means = Means(clock=gate.clock, new_id=gate.new_id, absence_at_most=gate.absence_at_most)
    away = Away(starts_at=None, ends_at=ends, delegate=delegate)
    await absences.register(away, voter, uow=scene.process.open_uow(), means=means)
    return "done"


async def recall(scene: Scene, action_id: str) -> str:
    """A person takes a release back."""
    what = Recall(by="rosa", code="content", reason="a number in it is wrong")
    open_uow = scene.process.open_uow
    answer = await aftercare.recall(action_id, what, open_uow=open_uow, gate=scene.process.gate)
    return "done after the act" if answer.was_redeemed else "done"


async def agree(scene: Scene, action_id: str, *, authors: bool) -> str:
    """Whoever is asked for agrees, one after the other: the shortest way to an approval.

    With `authors`, those who wrote it and a program are the first to try, and people who are not asked for try as well.
    """
    done = "nothing"
    for step in STEPS:
        for who in (*(("amira", "jonas", "robot") if authors else ()), "rosa", "sam", "mia", "dana", "sol"):
            seen = await scene.eye.connection.fetchrow(
                "SELECT action_id, version, state, content_sha256 FROM cases WHERE action_id = $1", action_id
            )
            if seen is None or seen["state"] != "in_review":
                return done
            if authors or step.any_of & capacities(who):
                try:
                    done = await vote(scene, dict(seen), seen["content_sha256"], who, How(step=step.name))
                except Exception as refusal:
                    if not hasattr(refusal, "code"):
                        raise
                    scene.reached[f"sign | refused: {refusal.code}"] += 1
                else:
                    break
    return done


async def redeem(
    scene: Scene, permit: Row, before: Observed, *, client: str | None = None, content: str | None = None, http: bool
) -> str:
    """An executor asks whether it may act."""
    client_id, sent = client or permit["audience"], content or permit["content_sha256"]
    asked = {"permit_id": permit["permit_id"], "client_id": client_id, "content": sent}
    if http:
        return await _redeem_over_http(scene, asked, before)
    try:
        told = await scene.process.redeem(permit["permit_id"], client_id, sent)
    except Exception as error:
        code = getattr(error, "code", None)
        certain = code is not None and code != "unavailable"
        check_redemption(scene.account, Answer(**asked, told=None, code=code, certain=certain), before)
        raise
    facts = (told.permit_id, told.redeemed_at.isoformat(), sha256(dict(told.content)))
    check_redemption(scene.account, Answer(**asked, told=facts, code=None), before)
    return "done"


async def _redeem_over_http(scene: Scene, asked: Mapping[str, str], before: Observed) -> str:
    client = asked["client_id"]
    headers = scene.app.issuer.authorization("permits:redeem", subject=client, client_id=client, name=None)
    answer = await scene.process.http.post(
        f"/v1/permits/{asked['permit_id']}/redemption",
        json={"content_sha256": asked["content"]},
        headers=headers,
    )
    outcome = _heard(answer, "a redemption")
    facts = None
    if outcome == "done":
        told = answer.json()
        at = datetime.fromisoformat(told["redeemed_at"]).isoformat()
        facts = (told["permit_id"], at, sha256(told["content"]))
    certain = answer.status_code < 500
    check_redemption(scene.account, Answer(**asked, told=facts, code=outcome, certain=certain), before)
    return outcome


def _heard(answer: Any, what: str) -> str:
    if answer.status_code == 200:
        return "done"
    if answer.status_code == 500:
        raise Broken("I9", f"{what} over HTTP failed: {answer.text}")
    return f"refused: {answer.json()['code']}"


async def change_rules(scene: Scene, name: str, *, loaded: bool) -> str:
    """Other rules are put in force; the process loads them now, or within a second or two."""
    before = scene.account.now.in_force
    if before == name:
        return "nothing"
    await scene.activate(name)
    if loaded:
        scene.process.rules.name = name
    return "done"


async def repair(scene: Scene, key: str) -> str:
    """An operator puts right what could not be read, and replays the key."""
    for (topic, said_of), partition in scene.account.topics.partitions.items():
        if said_of != key:
            continue
        for said in partition.said:
            if said.mended is not None:
                await scene.eye.connection.execute(
                    "UPDATE parked_messages SET payload = $3 WHERE topic = $1 AND key = $2 AND position = $4",
                    topic,
                    key,
                    said.mended,
                    said.record.offset,
                )
        await scene.eye.connection.execute(
            "UPDATE parked_keys SET replay_requested_at = now() WHERE topic = $1 AND key = $2", topic, key
        )
    await scene.process.replayer.replay_requested()
    return "done"


async def handle_safety_case(scene: Scene, case_id: str, how: str) -> str:
    """Drug safety acknowledges it, takes it over, or closes it as none."""

    def change(case: Any, occasion: Any) -> None:
        if how == "close":
            case.close(case.DISMISSED, occasion, reference=None, reason="a mistake of the scan")
        elif how == "reopen":
            case.reopen(occasion)
        elif how == "acknowledge":
            case.acknowledge(occasion)
        else:
            case.hand_over(occasion)

    await scene.process.handle_safety_case(case_id, change, "sara.safety")
    return "done"


def content_of(frozen: Frozen) -> str:
    """The hash of what would be published of a version."""
    return sha256(published(frozen.snapshot))
