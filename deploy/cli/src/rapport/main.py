"""Entry point of the `rapport` command."""

import click


@click.group()
def main() -> None:
    """Rapport: honest relationships, held at a gate."""
