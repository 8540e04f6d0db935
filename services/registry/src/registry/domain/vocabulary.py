"""The registry's words. Values are spelt as in the published contracts."""

from __future__ import annotations

from enum import StrEnum


class StakeholderType(StrEnum):
    HCP = "hcp"
    RESEARCHER = "researcher"
    JOURNALIST = "journalist"
    BLOGGER = "blogger"
    PATIENT_ADVOCATE = "patient_advocate"
    PATIENT = "patient"
    ORGANISATION = "organisation"
    GENERAL_PUBLIC = "general_public"
    OTHER = "other"


class Function(StrEnum):
    """Functions of the company; not every one may own a relationship, see OwnerRouting."""

    MEDICAL = "medical"
    COMMUNICATIONS = "communications"
    ADVOCACY = "advocacy"
    DIGITAL = "digital"
    MARKETING = "marketing"
    SALES = "sales"
    EXECUTIVE = "executive"
    OTHER = "other"


class Stage(StrEnum):
    """How far a relationship has come, in order."""

    UNAWARE = "unaware"
    AWARE = "aware"
    INTERESTED = "interested"
    ENGAGED = "engaged"
    TRUSTED_PARTNER = "trusted_partner"


class LawfulBasis(StrEnum):
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONSENT = "consent"
    CONTRACT = "contract"


class Relation(StrEnum):
    """How an engager is tied to the company."""

    EMPLOYEE = "employee"
    AGENCY = "agency"
    CONTRACTED_INFLUENCER = "contracted_influencer"


class Platform(StrEnum):
    X = "x"
    LINKEDIN = "linkedin"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    YOUTUBE = "youtube"
    BLOG = "blog"
    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"
    OTHER = "other"
