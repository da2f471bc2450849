# SPDX-License-Identifier: Apache-2.0
"""How the converters fail: one exception type, and one place that turns it into an exit status."""
import os
import sys
from typing import Callable


class ConvertError(Exception):
    """The work failed. The text reads "what, where, what to do"."""


def run_command(main: Callable[[], None]) -> int:
    """Exit status of a command: 0 done, 1 the work failed (the reason on standard error). argparse itself exits 2."""
    program = os.path.basename(sys.argv[0])
    try:
        main()
        return 0
    except ConvertError as error:
        print(f"{program}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{program}: {error.strerror}, {error.filename}, check the path and its permissions", file=sys.stderr)
    except ImportError as error:
        print(f"{program}: {error.msg}, {sys.executable}, install the package for this Python", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
    return 1
