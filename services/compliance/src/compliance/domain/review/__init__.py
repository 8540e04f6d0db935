"""Who has to agree before an action may go out, in which order, and what each signature says."""
