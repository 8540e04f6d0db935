"""Who may not approve any more, and what that does to what they approved."""
