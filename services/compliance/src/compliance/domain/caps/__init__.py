"""How often a person may be contacted and how much may be spent: what actions take of it, and whether room is left."""
