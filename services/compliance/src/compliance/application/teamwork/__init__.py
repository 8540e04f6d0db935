"""Working together on reviews: who is away, who looks at what, and what they say to one another."""
