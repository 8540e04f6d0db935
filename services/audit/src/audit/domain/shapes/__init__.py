"""Readers of the post shapes we accept: bytes in, posts and an account of every bad line out."""
