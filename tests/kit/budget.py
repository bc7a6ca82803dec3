"""What a server process spends: processor time and memory as the kernel counts them, which no busy machine makes longer."""

import os
import re
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Of /proc/PID/stat, behind the command's name: user and system time of all threads.
_USER, _SYSTEM = 11, 12
_HIGHEST = re.compile(r"VmHWM:\s+(\d+) kB")


class Meter:
    """Of the process with that id."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def cpu_s(self) -> float:
        """Since it started, in steps of a hundredth of a second."""
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS

    def highest_mib(self) -> float:
        """The most memory that it ever had."""
        found = _HIGHEST.search((self._folder / "status").read_text())
        assert found is not None
        return int(found[1]) / 1024
