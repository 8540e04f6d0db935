"""A console in this process, over services that answer with recorded payloads."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from portal.adapters.cookies import SignedCookies
from portal.bootstrap import build_console
from portal.settings import Settings
from shared.testing import FakeClock, TestIssuer

PAYLOADS = Path(__file__).parents[1] / "integration" / "portal" / "payloads"
SECRET = "a secret for tests only"
CSRF = "form-secret"
RECORDED_AT = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
REVIEWER = (
    *("registry:read", "audit:read", "audit:write", "planner:read"),
    *("compliance:read", "compliance:review", "compliance:rules", "compliance:screen", "ledger:read"),
    *("safety:read", "medical_information:read"),
)
AUTHOR = (
    *("registry:read", "registry:write", "audit:read", "audit:write", "planner:read", "planner:write"),
    *("compliance:read", "compliance:screen"),
)
Reply = Callable[[httpx.Request], httpx.Response]
Answers = Mapping[str, Any]


def payload(name: str) -> Any:
    """A recorded answer, fresh each time."""
    return json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))


WAITING = payload("case_in_review")["action_id"]
BLOCKED = payload("case_blocked")["action_id"]
PERSON = payload("stakeholder")["id"]
SAFETY_CASE = payload("safety_cases")["items"][1]["safety_case_id"]
QUESTION = payload("medical_information_cases")["items"][0]["medical_information_case_id"]

RULES_IN_FORCE = payload("rule_set_active")["rule_set"]
RULES_PROPOSED = payload("rule_set_proposed")["rule_set"]
REHEARSAL = payload("rule_set_rehearsal")["rehearsal_id"]


def recorded() -> dict[str, Any]:
    """`METHOD service path` to what the services said when they were recorded."""
    return {
        "GET compliance /v1/cases?state=in_review": payload("cases_in_review"),
        "GET compliance /v1/cases?state=blocked": payload("cases_blocked"),
        "GET compliance /v1/cases": payload("cases_in_review"),
        f"GET compliance /v1/cases/{WAITING}": payload("case_in_review"),
        f"GET compliance /v1/cases/{BLOCKED}": payload("case_blocked"),
        f"GET compliance /v1/cases/{WAITING}/circulations": payload("circulations"),
        f"GET compliance /v1/cases/{BLOCKED}/circulations": [],
        "GET compliance /v1/review-metrics": payload("review_metrics"),
        "GET compliance /v1/safety-cases": payload("safety_cases"),
        f"GET compliance /v1/safety-cases/{SAFETY_CASE}": payload("safety_cases")["items"][1],
        "GET compliance /v1/medical-information-cases": payload("medical_information_cases"),
        f"GET compliance /v1/medical-information-cases/{QUESTION}": payload("medical_information_cases")["items"][0],
        "GET compliance /v1/ledger": payload("ledger"),
        f"GET compliance /v1/cases/{WAITING}/comments": payload("comments"),
        f"GET compliance /v1/cases/{WAITING}/assignments": payload("assignments"),
        f"GET compliance /v1/cases/{BLOCKED}/comments": {"items": [], "next_cursor": None},
        f"GET compliance /v1/cases/{BLOCKED}/assignments": [],
        "GET compliance /v1/absences": payload("absences"),
        "GET compliance /v1/colleagues": payload("colleagues"),
        "GET compliance /v1/mentions": payload("mentions"),
        "GET compliance /v1/overrides": payload("overrides"),
        **_recorded_rules(),
        f"GET planner /v1/actions/{WAITING}": payload("action"),
        "GET planner /v1/actions": payload("actions"),
        "GET planner /v1/plans": payload("plans"),
        f"GET planner /v1/plans/{payload('plans')['items'][0]['id']}": payload("plans")["items"][0],
        f"GET planner /v1/plans/{payload('plans')['items'][0]['id']}/actions": payload("actions"),
        "GET registry /v1/stakeholders": payload("stakeholders"),
        f"GET registry /v1/stakeholders/{PERSON}": payload("stakeholder"),
        f"GET registry /v1/stakeholders/{PERSON}/permission": payload("permission"),
        f"GET registry /v1/stakeholders/{PERSON}/changes": payload("changes"),
        f"GET registry /v1/engagers/{payload('engager')['id']}": payload("engager"),
        f"GET audit /v1/footprints/{PERSON}": payload("footprint"),
        "POST audit /v1/recaptures": payload("recapture"),
    }


def _recorded_rules() -> dict[str, Any]:
    proposed = {"items": payload("rule_sets")["items"][1:2], "next_cursor": None}
    place = f"GET compliance /v1/rule-sets/{RULES_PROPOSED}"
    return {
        "GET compliance /v1/rule-sets": payload("rule_sets"),
        "GET compliance /v1/rule-sets?state=proposed": proposed,
        "GET compliance /v1/rule-sets/current": payload("rule_set_current"),
        f"GET compliance /v1/rule-sets/{RULES_IN_FORCE}": payload("rule_set_active"),
        f"GET compliance /v1/rule-sets/{RULES_IN_FORCE}/rules": payload("rule_set_rules"),
        f"GET compliance /v1/rule-sets/{RULES_IN_FORCE}/rehearsals": [],
        place: payload("rule_set_proposed"),
        f"{place}/rules": payload("rule_set_rules"),
        f"{place}/difference": payload("rule_set_difference"),
        f"{place}/rehearsals": payload("rule_set_rehearsals"),
        f"{place}/rehearsals/{REHEARSAL}": payload("rule_set_rehearsal"),
    }


def problem(status: int, code: str, detail: str, remedy: str = "do something") -> Reply:
    """A refusal as the services give it."""
    body = {"type": f"urn:rapport:problem:{code}", "status": status, "code": code, "detail": detail, "remedy": remedy}
    return lambda _request: httpx.Response(status, json=body, headers={"X-Correlation-ID": "conversation-1"})


def silence(request: httpx.Request) -> httpx.Response:
    """A service that is down."""
    raise httpx.ConnectError("connection refused", request=request)


@dataclass
class Browser:
    """A signed-in browser without scripts. `sent` are the requests the services got."""

    http: httpx.AsyncClient
    sent: list[httpx.Request] = field(default_factory=list)

    async def get(self, path: str) -> Page:
        return Page(await self.http.get(path))

    async def upload(self, path: str, files: Mapping[str, bytes], **fields: str | list[str]) -> Page:
        """A form with files under the field `files`."""
        parts = [("files", (name, raw)) for name, raw in files.items()]
        return Page(await self.http.post(path, data={"csrf_token": CSRF, **fields}, files=parts))

    async def submit(self, path: str, *, csrf: str = CSRF, **fields: str) -> Page:
        return Page(await self.http.post(path, data={"csrf_token": csrf, **fields}))

    def last_body(self, method: str = "POST") -> Any:
        return json.loads(next(request for request in reversed(self.sent) if request.method == method).content)


@asynccontextmanager
async def a_console(
    answers: Answers | None = None,
    *,
    scopes: tuple[str, ...] = REVIEWER,
    subject: str = "rosa.reviewer",
    roles: tuple[str, ...] = (),
) -> AsyncGenerator[Browser]:
    """Somebody with `scopes` at a console whose services say what was recorded, except for `answers`."""
    issuer, sent = TestIssuer(), list[httpx.Request]()
    known = {**recorded(), **(answers or {})}

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return _answer(known, request)

    services = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    app = build_console(settings(), http=services, verifier=issuer.verifier(), clock=FakeClock(RECORDED_AT))
    cookie = SignedCookies(SECRET).sign_session(issuer.token(*scopes, subject=subject, roles=list(roles)), CSRF)
    transport = httpx.ASGITransport(app=app)
    cookies = {"rapport_session": cookie}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7700", cookies=cookies) as http,
    ):
        yield Browser(http, sent)


def settings(issuer: str = "http://issuer.test") -> Settings:
    return Settings.model_validate(
        {
            **{f"{name}_url": f"http://{name}" for name in ("registry", "audit", "planner", "compliance")},
            "auth_issuer": issuer,
            "client_secret": SecretStr("demo-portal"),
            "session_secret": SecretStr(SECRET),
            "public_url": "http://127.0.0.1:7700",
        }
    )


def _answer(known: Answers, request: httpx.Request) -> httpx.Response:
    state = request.url.params.get("state")
    plain = f"{request.method} {request.url.host} {request.url.path}"
    for key in (f"{plain}?state={state}", plain, f"* {request.url.host}"):
        if key in known:
            found = known[key]
            return found(request) if callable(found) else httpx.Response(200, json=found, headers={"ETag": '"v2"'})
    return problem(404, "not_found", f"nothing recorded for {plain}")(request)


class Page(HTMLParser):
    """A page as a reader without scripts sees it: `text`, and its elements as `(tag, attributes)`."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response
        self.status = response.status_code
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.forms: list[list[tuple[str, dict[str, str | None]]]] = []
        self.labelled: set[str] = set()
        self._open_labels = 0
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if self._open_labels:
            known["in-label"] = "yes"
        self.elements.append((tag, known))
        if tag == "form":
            self.forms.append([(tag, known)])
        elif self.forms:
            self.forms[-1].append((tag, known))
        if tag == "label":
            self._open_labels += 1
            self.labelled.add(known.get("for") or "")

    def handle_endtag(self, tag: str) -> None:
        self._open_labels -= tag == "label"

    @property
    def text(self) -> str:
        body = re.sub(r"<[^>]+>", " ", self.response.text)
        return re.sub(r"\s+", " ", unescape(body))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def marks(self) -> list[str]:
        """The marked words, without the numbers that point to findings."""
        found = re.findall(r"<mark[^>]*>(.*?)</mark>", self.response.text, re.DOTALL)
        return [unescape(re.sub(r"<a .*?</a>", "", each)) for each in found]
