"""Who changed what, when and why, with a digest a day that others can hold a service to."""
