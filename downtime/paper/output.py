"""Where the paper wing writes: the files of `downtime.files`, whole or not at all."""

from __future__ import annotations

from downtime.files import make_folder, write_together, write_whole

__all__ = ["make_folder", "write_together", "write_whole"]
