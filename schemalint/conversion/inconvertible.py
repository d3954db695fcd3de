"""What is said where there are no operations for a difference."""

from __future__ import annotations


class Inconvertible(Exception):
    """There are no operations for a difference; the text finishes the sentence "refused: …"."""
