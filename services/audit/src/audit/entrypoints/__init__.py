"""HTTP routes, subscriptions, schedules and the offline command."""
