"""Logs without data: a line says where in the program something went wrong, never with which values."""

from __future__ import annotations

import logging
import traceback


class PlacesOnly(logging.Filter):
    """Takes values out of a record: an exception's words and a request's address may name a patient."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it is never dropped."""
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = "".join(traceback.format_tb(error.__traceback__))
            record.msg, record.args = f"{type(error).__name__} at\n{frames}", ()
            record.exc_info = record.exc_text = None
        elif record.name.startswith(("django.request", "django.security")):
            status = getattr(record, "status_code", "")
            record.msg, record.args = f"a request was refused ({status or record.levelname.lower()})", ()
        return True
