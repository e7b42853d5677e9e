"""The room's README says what the program does."""

from __future__ import annotations

import exchange_tables

from downtime.exchange.profile import Kind, Use


def test_the_tables_are_those_of_the_program() -> None:
    text = exchange_tables.README.read_text("utf-8")
    assert text == exchange_tables.with_tables(text), "run `python tests/exchange_tables.py`"


def test_every_message_and_use_is_explained() -> None:
    text = exchange_tables.README.read_text("utf-8")
    for word in (*Kind, *Use):
        assert f"`{word.value}`" in text


def test_a_table_that_was_changed_by_hand_is_found() -> None:
    text = exchange_tables.README.read_text("utf-8")
    assert exchange_tables.with_tables(text.replace("| taken |", "| maybe |")) == text
