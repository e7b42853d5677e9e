"""A site's settings for reading scans: ``scan.yaml`` in its folder, or a file given with --thresholds."""

from __future__ import annotations

from pathlib import Path

from downtime.scan.limits import Limits
from downtime.scan.thresholds import Thresholds
from downtime.textyaml import TextModel, read_yaml


class ScanSettings(TextModel):
    """When a box is marked, and what is taken in at most; every key may be left out."""

    thresholds: Thresholds = Thresholds()
    limits: Limits = Limits()


def read_settings(path: Path) -> ScanSettings:
    """Read the settings; raises ConfigError with every mistake, by file and line."""
    return read_yaml(path).parse(ScanSettings)
