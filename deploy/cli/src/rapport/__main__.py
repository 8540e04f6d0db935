"""`python -m rapport`."""

from rapport.main import main

main()
