"""Workers of `stampwell serve --workers` end with their supervisor: nobody else could stop them, and they hold the port."""

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import wait

import structlog

# Requests under way have seven seconds, and the database's own closing a few more. Whoever hangs by then ends nevertheless.
_LONGEST_END_S = 15


def end_with_supervisor(*, longest_end_s: float = _LONGEST_END_S) -> None:
    """From now on this process stops as at SIGTERM when the process that started it is no more, however that ended; and at once
    when that takes longer. Does nothing in a process that no supervisor started.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A thread, because an event loop that hangs would not notice.
        threading.Thread(target=_follow, args=(parent.sentinel, longest_end_s), name="supervisor", daemon=True).start()


def _follow(sentinel: int, longest_end_s: float) -> None:
    # The read end of a pipe whose other end the supervisor alone holds: the kernel closes it with the process.
    wait([sentinel])
    structlog.get_logger("stampwell.operations").warning("the supervisor is gone; this worker ends", pid=os.getpid())
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(longest_end_s)
    os._exit(1)
