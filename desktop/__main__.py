"""Hands over to cli.py."""

import sys


def main() -> None:
    from desktop import cli

    sys.exit(cli.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
