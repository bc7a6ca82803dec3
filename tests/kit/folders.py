"""Where a test run keeps its databases: in memory where there is room, because to sync costs nothing there."""

import shutil
import tempfile
from pathlib import Path

# A folder of files in memory on any Linux. Containers often give it 64 MiB.
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 1024**3


def new_folder(prefix: str, *, on_disk: bool = False) -> tuple[Path, bool]:
    """A folder of the caller's own, which removes it, and whether it is in memory."""
    in_memory = not on_disk and _has_room()
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if in_memory else None)), in_memory


def _has_room() -> bool:
    if not _MEMORY.is_dir():
        return False
    return min(shutil.disk_usage(_MEMORY).free, _available_bytes()) >= _ROOM_BYTES


def _available_bytes() -> int:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    (kib,) = (line.split()[1] for line in lines if line.startswith("MemAvailable:"))
    return int(kib) * 1024
