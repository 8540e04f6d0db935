"""`rapport demo`: the life of one action, told step by step against a running system."""
