"""registry: who the stakeholders are, who owns each relationship, and whether we may approach them."""
