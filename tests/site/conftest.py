from __future__ import annotations

from pathlib import Path

import pytest
from small_site import FILES, SiteMaker


@pytest.fixture
def make_site(tmp_path: Path) -> SiteMaker:
    """Writes the small sound site; each replacement is (file, old text, new text)."""

    def make(*replacements: tuple[str, str, str], **extra: str) -> Path:
        files = dict(FILES) | {f"departments/{name}.yaml": text for name, text in extra.items()}
        for file, old, new in replacements:
            assert files[file].count(old) >= 1, f"{old!r} does not stand in {file}"
            files[file] = files[file].replace(old, new, 1)
        root = tmp_path / "site"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return make
