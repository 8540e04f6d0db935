"""What belongs to drug safety or Medical Information, whatever becomes of the action."""
