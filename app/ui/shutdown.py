"""Ending a `QThread`: the one way that neither deadlocks nor leaves it running."""

from __future__ import annotations

from PySide6.QtCore import QThread


def stop_thread(thread: QThread, *, wait_ms: int = 5000) -> bool:
    """End `thread` and wait for it; call it from another thread.

    ``worker.done.connect(thread.quit)`` followed by ``thread.wait()`` deadlocks, because the
    queued `quit` waits for the very thread that is waiting. So `quit` is called directly.

    Parameters
    ----------
    thread : QThread
        May be finished already, or never started.
    wait_ms : int
        How long to wait for its event loop to return.

    Returns
    -------
    bool
        Whether the thread has ended.
    """
    thread.requestInterruption()
    thread.quit()
    return thread.wait(wait_ms)
