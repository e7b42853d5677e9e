"""The hallway: what printing writes and reading needs – geometry, layout record, marks, page code, manifest."""
