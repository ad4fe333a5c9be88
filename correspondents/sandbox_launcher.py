"""Begins a module within limits that the process sets itself: what :mod:`correspondents.sandbox` runs.

``python -m correspondents.sandbox_launcher CPU_SECONDS MEMORY FILE_SIZE module argument …``. In the
process itself and not between fork and exec, where a program with threads may do next to nothing.
"""

from __future__ import annotations

import runpy
import sys

OPEN_FILES = 64


def limit(cpu_seconds: int, memory: int, file_size: int) -> None:
    """Set what the kernel takes. macOS knows no limit of address space; Windows none of these."""
    try:
        import resource  # noqa: PLC0415 -- POSIX only
    except ImportError:
        return
    limits = {
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 1),
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_FSIZE: (file_size, file_size),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
    }
    for kind, values in limits.items():
        try:
            resource.setrlimit(kind, values)
        except (ValueError, OSError):
            continue  # the time that the caller waits still holds


def main(arguments: list[str]) -> None:
    """Set the limits and become the module."""
    cpu_seconds, memory, file_size = map(int, arguments[:3])
    module, sys.argv = arguments[3], arguments[3:]
    limit(cpu_seconds, memory, file_size)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
