"""Changes of a planned action after which the answer to it is known, given the answer before."""
