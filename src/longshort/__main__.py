"""Let `python -m longshort` do what `longshort` does."""

from longshort.cli import main

if __name__ == "__main__":
    main()
