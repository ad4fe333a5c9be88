"""The process that makes the sizes of a picture, and prints what it took; see ``pictures.py``."""

import resource
import sys
from pathlib import Path

from correspondents.rendering import main

main(*sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
peak = next(line.split()[1] for line in status if line.startswith("VmPeak"))
print(peak, used.ru_utime + used.ru_stime, Path(sys.argv[2], "out.json").read_text()[:50])
