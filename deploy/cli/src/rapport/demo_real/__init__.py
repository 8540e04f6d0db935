"""`rapport demo-real`: the story on real posts, against whatever system it is pointed to."""
