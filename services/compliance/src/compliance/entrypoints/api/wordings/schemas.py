"""What the routes of the fast lane take and give. Unknown fields are refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, Json

from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.pre_approval import WordingSignature
from compliance.domain.wordings.sample import MOST_AT_ONCE, Outcome, SampleFile, SampleState
from compliance.domain.wordings.variables import DayFormat, Kind, Variable
from compliance.domain.wordings.wording import Screened, WordingFile
from compliance.entrypoints.api.schemas import NO_NUL, Country, Sha256, Taken, Words
from shared.contracts.vocabulary import ActionType, Audience, StakeholderType

WordingState = Literal["proposed", "approved", "suspended", "withdrawn", "expired"]
_Word = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
_Meaning = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
_Id = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]


class VariableBody(Taken):
    """One named place: a fact that the gate knows itself, or one of a list. Free text is no kind."""

    name: Annotated[str, Field(max_length=40, pattern=NO_NUL)]
    kind: Kind
    choices: Annotated[tuple[Annotated[str, Field(max_length=120, pattern=NO_NUL)], ...], Field(max_length=20)] = ()
    timezone: Annotated[str, Field(max_length=64, pattern=NO_NUL)] | None = None
    day_format: DayFormat = "iso"


class WordingBody(Taken):
    """`text` and `declaration` hold variables as `{name}`. Used from `valid_from` to `valid_until`, both included."""

    name: _Word
    language: Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
    action_types: frozenset[ActionType]
    audiences: frozenset[Audience]
    person_types: frozenset[StakeholderType]
    countries: frozenset[Country]
    valid_from: date
    valid_until: date
    text: Annotated[str, Field(max_length=5_000, pattern=NO_NUL)]
    declaration: Annotated[str, Field(max_length=500, pattern=NO_NUL)] | None = None
    hashtags: Annotated[tuple[_Word, ...], Field(max_length=10)] = ()
    variables: Annotated[tuple[VariableBody, ...], Field(max_length=8)] = ()
    reason: Words

    def content(self) -> WordingContent:
        """As the domain knows it."""
        told: dict[str, Any] = {name: value for name, value in self if name not in {"reason", "variables"}}
        return WordingContent(**told, variables=tuple(Variable(**each.model_dump()) for each in self.variables))


class SignatureBody(Taken):
    """What your signature means, and the hash of the edition that you read."""

    meaning: _Meaning
    sha256: Sha256


class SampleDecisions(Taken):
    """One signature over samples that are right, or over one that is not."""

    permit_ids: Annotated[tuple[_Id, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    outcome: Outcome
    meaning: _Meaning
    reason: Words


class WordingRead(BaseModel):
    """One wording in its present edition; `version` is what If-Match has to name.

    `screened` names rules that asked for a `review` of a sample action, or left a note on it; an action that a rule
    wants reviewed does not take the fast lane. `example` is the first rendering.
    """

    wording_id: str
    version: int
    state: WordingState
    edition: int
    sha256: str
    content: WordingContent
    written_by: tuple[str, ...]
    signatures: tuple[WordingSignature, ...]
    screened: Screened
    example: dict[str, str]


class WordingRow(BaseModel):
    """The same as it comes from the read pool."""

    wording_id: str
    version: int
    state: WordingState
    document: Json[WordingFile]


class EditionRead(BaseModel):
    """What one edition said; `sha256` covers the canonical JSON of wording_id, edition and content."""

    edition: int
    sha256: str
    content: Json[dict[str, Any]]
    written_by: Json[list[str]]
    kept_at: datetime


class ReleaseRead(BaseModel):
    """A permit issued under the wording; `sample` is the state of its draw, null before the redemption."""

    permit_id: str
    action_id: str
    edition: int
    state: str
    issued_at: datetime
    redeemed_at: datetime | None
    sample: SampleState | None


class SampleRow(BaseModel):
    permit_id: str
    version: int
    state: SampleState
    wording_id: str
    wording_name: str
    due_at: datetime
    content: Json[dict[str, Any]]
    document: Json[SampleFile]


class SampleRead(BaseModel):
    """What went out, and what was found. `draw` is the number and the rate it was held against."""

    permit_id: str
    state: SampleState
    wording_id: str
    wording_name: str
    due_at: datetime
    content: dict[str, Any]
    details: SampleFile


class SamplesDecided(BaseModel):
    """What became of each."""

    permit_ids: list[str]
    state: SampleState
