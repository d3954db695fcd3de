"""A linter for database schemas and migrations that needs no database."""

__version__ = "0.1.0"

HOMEPAGE = "https://pypi.org/project/schemalint/"
"""Where its documentation is: the README, with a heading for each rule."""
