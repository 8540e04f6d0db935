"""`python -m rapport.demo_data`."""

from rapport.demo_data.loading import main

if __name__ == "__main__":
    main()
