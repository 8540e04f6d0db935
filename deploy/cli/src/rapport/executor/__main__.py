"""`python -m rapport.executor`."""

from rapport.executor.process import main

if __name__ == "__main__":
    main()
