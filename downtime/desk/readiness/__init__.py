"""Which boxes are ready, findings, previews of forms."""
