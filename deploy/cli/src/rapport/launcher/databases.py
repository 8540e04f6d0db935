"""One database and one role per service."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from rapport.problem import Problem

NAME_PREFIX = "rapport_"
UNSET = "unset RAPPORT_POSTGRES_URL to use the embedded server"


def without_password(url: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5432}"


def service_url(admin_url: str, service: str, password: str) -> str:
    """The address of a service's own database, as its own role."""
    parts = urlsplit(admin_url)
    name = f"{NAME_PREFIX}{service}"
    host = f"{parts.hostname}:{parts.port or 5432}"
    return urlunsplit(("postgresql", f"{name}:{quote(password, safe='')}@{host}", f"/{name}", parts.query, ""))


def admin_url_of(admin_url: str, service: str) -> str:
    """The address of a service's own database, as the user of `admin_url`: who made it may read it."""
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{NAME_PREFIX}{service}"))


def readable(url: str) -> str:
    """`url`, if it can be the address of a server. Raises Problem naming the variable it came from."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"postgresql", "postgres"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise Problem(
            "RAPPORT_POSTGRES_URL is no address of a PostgreSQL server",
            remedy=f"write it as postgresql://user:password@host:port/database, or {UNSET}",
        )
    return url


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """A connection, or a Problem that names the place and what to do."""
    place, user = without_password(url), urlsplit(url).username
    try:
        return await asyncpg.connect(url, timeout=10)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise Problem(
            f"PostgreSQL at {place} refuses the user {user!r} or the password: {error}",
            remedy=f"correct user and password in RAPPORT_POSTGRES_URL, or {UNSET}",
        ) from error
    except (OSError, TimeoutError) as error:
        raise Problem(
            f"no PostgreSQL answers at {place}: {error or type(error).__name__}",
            remedy=f"start it, or correct host and port in RAPPORT_POSTGRES_URL, or {UNSET}",
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise Problem(f"PostgreSQL at {place}: {error}", remedy="`rapport migrate` makes the databases") from error
    except (asyncpg.PostgresError, ValueError) as error:
        raise Problem(
            f"PostgreSQL at {place} does not let us in: {error}", remedy=f"correct RAPPORT_POSTGRES_URL, or {UNSET}"
        ) from error


async def provide_databases(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Role and database for every service in `passwords`; safe to repeat. Raises Problem."""
    connection = await connect(admin_url)
    try:
        for service, password in passwords.items():
            await _provide(connection, f"{NAME_PREFIX}{service}", password)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Problem(
            f"the user of RAPPORT_POSTGRES_URL at {without_password(admin_url)} may not do this: {error}",
            remedy="give it CREATEROLE and CREATEDB, or name a superuser",
        ) from error
    finally:
        await connection.close()


async def _provide(connection: asyncpg.Connection[asyncpg.Record], name: str, password: str) -> None:
    quoted = await connection.fetchval("SELECT quote_literal($1)", password)
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {name} LOGIN PASSWORD {quoted}")
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        await connection.execute(f"GRANT {name} TO CURRENT_USER")
        await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
        await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")


async def revisions(urls: Mapping[str, str]) -> dict[str, str | None]:
    """The migration each database is at, None where none ran yet."""
    found: dict[str, str | None] = {}
    for service, url in urls.items():
        connection = await connect(url)
        try:
            found[service] = await connection.fetchval("SELECT version_num FROM alembic_version")
        except asyncpg.UndefinedTableError:
            found[service] = None
        finally:
            await connection.close()
    return found
