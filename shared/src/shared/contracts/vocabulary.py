"""Words that several services must spell alike. The enums follow the ActionSnapshot schema."""

from __future__ import annotations

from typing import Literal

StakeholderType = Literal[
    "hcp",
    "researcher",
    "journalist",
    "blogger",
    "patient_advocate",
    "patient",
    "organisation",
    "general_public",
    "other",
]
OwnerFunction = Literal["medical", "communications", "advocacy", "digital", "marketing", "sales"]
EngagerFunction = Literal[
    "medical", "communications", "advocacy", "digital", "marketing", "sales", "executive", "other"
]
EngagerRelation = Literal["employee", "agency", "contracted_influencer"]
RelationshipStage = Literal["unaware", "aware", "interested", "engaged", "trusted_partner"]
LawfulBasis = Literal["legitimate_interest", "consent", "contract"]
Platform = Literal[
    "x",
    "linkedin",
    "mastodon",
    "bluesky",
    "instagram",
    "facebook",
    "youtube",
    "blog",
    "web",
    "email",
    "phone",
    "in_person",
    "other",
]
Audience = Literal["public", "hcp_verified", "private", "unknown"]
ActionType = Literal[
    "post",
    "share",
    "like",
    "thank",
    "comment",
    "reply",
    "tweetchat",
    "tag_content",
    "message",
    "meeting",
    "event_invite",
    "training_offer",
    "needs_survey",
    "influencer_post",
]
Verdict = Literal["block", "review", "pass"]
CaseState = Literal[
    "screening",
    "blocked",
    "in_review",
    "changes_requested",
    "rejected",
    "approved",
    "paused",
    "released",
    "redeemed",
    "expired",
    "voided",
    "withdrawn",
    "recalled",
]
RecallCode = Literal["content", "person", "process", "other"]
ActionState = Literal[
    "draft",
    "submitted",
    "approved",
    "changes_requested",
    "rejected",
    "blocked",
    "paused",
    "released",
    "done",
    "not_done",
    "expired",
    "voided",
    "withdrawn",
    "recalled",
]
ActivityLevel = Literal["absent", "mentioned_only", "present_inactive", "low", "active"]
