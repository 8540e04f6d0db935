"""portal: a web console over the four APIs. It owns nothing."""
