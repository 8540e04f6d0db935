"""What is known of an action, its people and its money, as conditions read it."""
