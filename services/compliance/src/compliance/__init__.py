"""compliance: whether an action may go out, who said so, and the proof."""
