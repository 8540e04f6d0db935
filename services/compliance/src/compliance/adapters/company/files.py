"""The company's own facts from its two YAML files: products, limits, channels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from compliance.adapters.caps.company_file import CapsPart
from compliance.adapters.company.aftercare import AftercarePart
from compliance.adapters.company.clock import ClockPart
from compliance.adapters.company.desks import HandOverPart
from compliance.adapters.company.fast_lane import FastLanePart
from compliance.adapters.company.retention import RetentionPart
from compliance.adapters.company.review import ReviewPart
from compliance.domain.aftercare.terms import AftercareTerms
from compliance.domain.caps.limits import NOTHING_SAID, Limits
from compliance.domain.channel import EXECUTOR, ChannelDescription, Hold
from compliance.domain.circulations.clock import ReviewClock
from compliance.domain.desk import Desk
from compliance.domain.erasure import NOTHING_KEPT, Retention
from compliance.domain.review.routing import RoutedStep
from compliance.domain.screening.facts.values import is_blank
from compliance.domain.wordings.terms import LaneTerms
from shared.contracts.action_snapshot import Company
from shared.contracts.vocabulary import Platform

T = TypeVar("T", bound=BaseModel)


class UnusableFile(Exception):
    """A company file that cannot be used; the message names file, place and remedy."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _CompanyFile(_Part):
    company: Company
    review: ReviewPart
    caps: CapsPart | None = None
    safety_hand_over: HandOverPart
    medical_information_hand_over: HandOverPart | None = None
    aftercare: AftercarePart | None = None
    fast_lane: FastLanePart | None = None
    retention: RetentionPart | None = None


def _somebody(owner: str | None) -> str | None:
    """A name that cannot be seen names nobody: such a channel stays a draft, and whoever starts us is told."""
    return None if owner is None or is_blank(owner) else owner


Owner = Annotated[str | None, AfterValidator(_somebody)]


class _Channel(_Part):
    platform: Platform
    account: Literal["corporate", "personal", "third_party"] | None = None
    country: str | None = None
    hold: Hold = "owned"
    moderation_owner: Owner = None
    screening_owner: Owner = None
    executor: str = Field(pattern=EXECUTOR)


class _ChannelsFile(_Part):
    channels: tuple[_Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyData:
    """`company` as in the ActionSnapshot; `review_steps` in the order of the file."""

    company: Mapping[str, Any]
    review_steps: tuple[RoutedStep, ...]
    sign_within: timedelta
    absence_at_most: timedelta
    review_clock: ReviewClock
    drug_safety: Desk
    medical_information: Desk
    caps: Limits = NOTHING_SAID
    aftercare: AftercareTerms
    fast_lane: LaneTerms | None
    retention: Retention = NOTHING_KEPT


def read_company(path: Path) -> CompanyData:
    """The company file. Raises UnusableFile."""
    read = _read(path, _CompanyFile)
    safety = read.safety_hand_over
    country = read.company.country
    return CompanyData(
        company=read.company.model_dump(mode="json", exclude_unset=True),
        review_steps=read.review.routed(),
        sign_within=timedelta(minutes=read.review.sign_within_minutes),
        absence_at_most=timedelta(days=read.review.absence_at_most_days),
        review_clock=(read.review.clock or ClockPart(timezone=safety.timezone)).clock(country),
        drug_safety=safety.desk(country),
        medical_information=(read.medical_information_hand_over or safety).desk(country),
        caps=NOTHING_SAID if read.caps is None else read.caps.limits(),
        aftercare=AftercareTerms() if read.aftercare is None else read.aftercare.terms(),
        fast_lane=read.fast_lane.terms() if read.fast_lane else None,
        retention=NOTHING_KEPT if read.retention is None else read.retention.retention(),
    )


def read_channels(path: Path) -> tuple[ChannelDescription, ...]:
    """The channels of the file, each account of a platform once. Raises UnusableFile."""
    listed = _read(path, _ChannelsFile).channels
    accounts = Counter((each.platform, each.account) for each in listed)
    for (platform, account), times in accounts.items():
        if times > 1:
            raise UnusableFile(
                f"{path}: channels: {platform} ({account or 'any account'}) stands there {times} times. "
                "Remedy: keep one entry per account"
            )
    return tuple(ChannelDescription(**each.model_dump()) for each in listed)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return kind.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read ({error.strerror}). Remedy: name an existing file") from error
    except yaml.YAMLError as error:
        raise UnusableFile(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole file"
        raise UnusableFile(f"{path}: {place}: {first['msg']}. Remedy: see deploy/demo for an example") from error
