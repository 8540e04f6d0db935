"""Settings come from the environment, are complete or refused, and are read once at start."""

from __future__ import annotations

import sys
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

S = TypeVar("S", bound=BaseSettings)

BAD_SETTINGS_EXIT_CODE = 2


class SettingsError(Exception):
    """One line per variable that is missing or invalid."""


def load(settings_class: type[S]) -> S:
    """The settings, or exit code 2 after one readable line per wrong variable on standard error."""
    try:
        return read(settings_class)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - logging is not configured before settings are known
        raise SystemExit(BAD_SETTINGS_EXIT_CODE) from None


def read(settings_class: type[S]) -> S:
    """The settings. Raises SettingsError naming every wrong variable and what to do."""
    try:
        return settings_class()
    except ValidationError as error:
        lines = [_explain(settings_class, problem) for problem in error.errors(include_input=False)]
        raise SettingsError("\n".join(lines)) from None


def variable_name(settings_class: type[BaseSettings], field: str) -> str:
    """The environment variable that fills `field`."""
    prefix = str(settings_class.model_config.get("env_prefix", ""))
    declared = settings_class.model_fields.get(field)
    if declared is not None and isinstance(declared.validation_alias, str):
        return declared.validation_alias.upper()
    return f"{prefix}{field}".upper()


def _explain(settings_class: type[BaseSettings], problem: ErrorDetails) -> str:
    field = str(problem["loc"][0]) if problem["loc"] else ""
    declared = settings_class.model_fields.get(field)
    meaning = f" ({declared.description})" if declared is not None and declared.description else ""
    if not field:
        return f"settings are inconsistent: {problem['msg']}"
    variable = field.upper() if declared is None else variable_name(settings_class, field)
    if problem["type"] == "missing":
        return f"variable {variable} is missing{meaning}: set it in the environment; .env.example shows an example"
    return f"variable {variable} is invalid{meaning}: {problem['msg']}; correct its value, .env.example shows one"
