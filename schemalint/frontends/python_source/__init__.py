"""What can be known of Python sources without executing them: shared by the front ends that read Python."""

REQUIREMENTS: tuple[str, ...] = (
    "pyproject.toml",
    "requirements.txt",
    "requirements.in",
    "requirements/base.txt",
    "setup.cfg",
    "Pipfile",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
)
"""Where a project says which versions it wants, or has."""

METADATA_OF_WHEEL = ".dist-info/METADATA"
"""Where a package that is built says the same
(https://packaging.python.org/en/latest/specifications/core-metadata/)."""
