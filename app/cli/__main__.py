"""`python -m app.cli` is the same as `sunlit`."""

from app.cli import main

main()
