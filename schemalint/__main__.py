"""Where the command starts: `--version` is answered before anything else is imported."""

import sys

from schemalint import __version__


def main() -> int:
    """Run the command line and give its exit status."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"schemalint {__version__}")
        return 0
    from schemalint.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
