"""How a process beside the server learns that its work is over: by the end of a pipe that only the desk holds.

An event of multiprocessing will not do. Setting one waits for everybody who waits for it, and whoever was killed while
waiting never answers: the desk could not be stopped any more. The end of a pipe waits for nobody, and it comes by
itself when the desk is killed.
"""

from __future__ import annotations

from multiprocessing.connection import Connection


class Stop:
    """Whether the work is over, as one process sees it; nothing ever comes through the pipe but its end."""

    def __init__(self, pipe: Connection) -> None:
        """Hold the reading end; it is handed to the process as it starts."""
        self._pipe = pipe

    def is_set(self) -> bool:
        """Whether the desk stops, or has gone."""
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Rest for so long, or until the desk stops; returns whether it does."""
        try:
            return self._pipe.poll(seconds)
        except (EOFError, OSError):  # Windows tells of the end in this way
            return True
