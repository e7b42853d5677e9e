"""The store: what was issued, what came in, what people entered; and the only functions that change it."""
