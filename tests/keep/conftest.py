"""The tests of this room close many envelopes: with a key that is cheap to derive."""

from __future__ import annotations

import pytest

from downtime.page import envelope


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "SCRYPT_N", 16)
    monkeypatch.setattr(envelope, "SCRYPT_P", 1)
