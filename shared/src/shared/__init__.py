"""Mechanism the services share. No business word enters here."""
