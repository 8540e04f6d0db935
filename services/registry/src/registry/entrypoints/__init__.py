"""HTTP routes and subscriptions."""
