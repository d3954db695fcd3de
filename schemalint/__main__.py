"""Where the command starts and ends: `--version` is answered before anything else is imported."""

import os
import sys

from schemalint import __version__


def main() -> None:
    """Run the command line, and end the process with its exit status.

    What a run has made is not freed piece by piece before: that takes as long as lexing all that was read.
    """
    status = _status()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _status() -> int:
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"schemalint {__version__}")
        return 0
    from schemalint.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
