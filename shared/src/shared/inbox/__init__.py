"""Inbox: which messages this consumer has handled, in the handler's own transaction."""
