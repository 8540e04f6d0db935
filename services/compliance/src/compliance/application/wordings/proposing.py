"""People propose wordings, sign them, and end them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.ports.wordings import SignedWording
from compliance.application.reviewers.revoking import ensure_may_sign_wordings
from compliance.application.wordings.ending import take_back
from compliance.application.wordings.renderings import screened
from compliance.domain.events import Occasion
from compliance.domain.records import ensure_reason
from compliance.domain.review.signing import proof_for, used_up
from compliance.domain.review.votes import Voter
from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.errors import FastLaneClosed
from compliance.domain.wordings.pre_approval import WordingSignature
from compliance.domain.wordings.terms import LaneTerms
from compliance.domain.wordings.wording import Wording, WordingFile, capacity_of
from shared.contracts.hashing import sha256_of
from shared.kernel.errors import ConcurrentChange, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The wording somebody changes, in the version they looked at, who they are and why."""

    wording_id: str
    version: int
    by: str
    why: str


def terms_of(gate: Gate) -> LaneTerms:
    """Raises FastLaneClosed where the company has none."""
    if gate.fast_lane is None:
        raise FastLaneClosed(
            "the company file opens no fast lane", remedy="describe it under fast_lane in the company file"
        )
    return gate.fast_lane


async def propose(content: WordingContent, by: str, why: str, *, uow: UnitOfWork, gate: Gate) -> Wording:
    """A wording to be signed by two people. Raises FastLaneClosed, WordingRefused, WordingBlocked."""
    wording_id = gate.new_id()
    file = await _edition(wording_id, 1, content, by, gate)
    async with uow:
        wording = Wording.propose(wording_id, file, occasion_of(by, why, gate))
        await uow.fast_lane.wordings.add(wording)
        await uow.commit()
    return wording


async def revise(content: WordingContent, seen: Seen, *, open_uow: OpenUnitOfWork, gate: Gate) -> Wording:
    """Another edition. Actions that the former one approved are looked at by people."""
    edition = 1 + (await _read(seen.wording_id, open_uow)).details.edition
    file = await _edition(seen.wording_id, edition, content, seen.by, gate)
    async with open_uow() as uow:
        occasion = occasion_of(seen.by, seen.why, gate)
        await take_back(seen.wording_id, occasion, uow)
        wording = await locked(seen.wording_id, seen.version, uow)
        wording.revise(file, occasion)
        await uow.fast_lane.wordings.save(wording)
        await uow.commit()
    return wording


async def sign(
    wording_id: str, sha256: str, meaning: str, signatory: Voter, *, version: int, open_uow: OpenUnitOfWork, gate: Gate
) -> Wording:
    """One of the two signatures, on a new proof of identity; the rules in use are asked once more before it.

    Raises NotFound, ConcurrentChange, WordingBlocked, ReauthenticationRequired and the refusals of `Wording.sign`.
    """
    terms, now = terms_of(gate), gate.clock.now()
    read = await _read(wording_id, open_uow)
    answer = await asyncio.to_thread(screened, read.details.content, gate)
    async with open_uow() as uow:
        wording = await locked(wording_id, version, uow)
        if wording.ref != read.ref:
            raise ConcurrentChange("another edition came meanwhile", remedy="read the wording again, then sign")
        capacity = capacity_of(signatory, terms.signatories)
        await ensure_may_sign_wordings(signatory.subject, capacity, uow)
        signature = WordingSignature(
            by=signatory.subject,
            name=signatory.name,
            capacity=capacity,
            meaning=meaning.strip(),
            at=now,
            sha256=sha256,
        )
        wording.rescreened(answer)
        wording.sign(signatory, signature)
        proof = proof_for(signatory, now, gate.sign_within)
        signed = SignedWording(wording_id=wording_id, authenticated_at=proof, signature=signature)
        if not await uow.signatures.add_wording(signed):
            raise used_up()
        await uow.fast_lane.wordings.save(wording)
        await uow.commit()
    return wording


async def _edition(wording_id: str, edition: int, content: WordingContent, by: str, gate: Gate) -> WordingFile:
    content.check(terms_of(gate).longest_months, gate.clock.now())
    answer = await asyncio.to_thread(screened, content, gate)
    return WordingFile(
        content=content,
        edition=edition,
        sha256=sha256_of({"wording_id": wording_id, "edition": edition, "content": content.as_json()}),
        written_by=(by,),
        screened=answer,
    )


async def _read(wording_id: str, open_uow: OpenUnitOfWork) -> Wording:
    async with open_uow() as uow:
        return _there(await uow.fast_lane.wordings.get(wording_id), wording_id)


async def locked(wording_id: str, version: int, uow: UnitOfWork) -> Wording:
    """The wording in the version that was seen. Raises NotFound, ConcurrentChange."""
    wording = _there(await uow.fast_lane.wordings.get_for_update(wording_id), wording_id)
    if wording.version != version:
        raise ConcurrentChange(
            f"the wording is at version {wording.version} by now",
            remedy="read it again, look at what changed, and decide then",
            current_version=wording.version,
        )
    return wording


def _there(wording: Wording | None, wording_id: str) -> Wording:
    if wording is None:
        raise NotFound(f"there is no wording {wording_id}", remedy="GET /v1/wordings lists all")
    return wording


def occasion_of(by: str, why: str, gate: Gate) -> Occasion:
    """Now. Raises ReasonMissing for a blank reason."""
    occasion = Occasion(by=by, at=gate.clock.now(), why=why)
    ensure_reason(occasion)
    return occasion
