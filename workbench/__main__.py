import sys

from workbench.cli import main

if __name__ == "__main__":  # not in a process that is started afresh from this one
    sys.exit(main())
