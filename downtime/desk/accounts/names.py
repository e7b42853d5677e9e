"""How the audit log names whoever did something."""

from __future__ import annotations

from typing import Protocol


class Named(Protocol):
    """Whoever has a name to sign in with."""

    username: str


# None is the desk itself: a worker process, or the start.
Actor = Named | None


def actor_name(actor: Actor) -> str:
    """The name in the log; the desk itself is called so."""
    return actor.username if actor is not None else "the desk"
