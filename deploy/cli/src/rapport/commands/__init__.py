"""What a person types after `rapport`. Each module is loaded only when its command runs."""
