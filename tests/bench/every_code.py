"""Every page code of every page of the example packets, rendered at 200 dpi and read by zxing-cpp and by OpenCV.

    python tests/bench/every_code.py

Prints how many codes there are, how many each decoder read, how often OpenCV had to look again, and any wrong read. The
tests read the same codes (`tests/paper/test_page_codes_render.py`) and fail where one is missed or wrong.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from example_packets import print_examples
from page_images import LAST_LOOK, read_all_codes


def main() -> None:
    """Print the packets, read them, print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        packets = print_examples(Path(folder))
        printed = time.perf_counter()
        jobs = [(packet.path, [(page.number, page.places.codes) for page in packet.pages()]) for packet in packets]
        codes = [code for found in read_all_codes(jobs).values() for code in found]
        done = time.perf_counter()
    looks = Counter(code.looks for code in codes if code.opencv)
    print(f"{len(packets)} packets, {sum(len(places) for _, places in jobs):,} pages with codes, {len(codes):,} codes")
    by_zxing = sum(len(code.zxing) == 1 for code in codes)
    print(f"zxing-cpp: {by_zxing:,} read, {len(codes) - by_zxing} missed")
    print(
        f"OpenCV: {sum(looks.values()):,} read, {sum(not code.opencv for code in codes)} missed; "
        f"{looks[1]:,} at the first look, {sum(looks[n] for n in range(2, LAST_LOOK)):,} larger or blurred, "
        f"{looks[LAST_LOOK]} with its other detector"
    )
    differ = sum(bool(code.opencv) and len(code.zxing) == 1 and code.opencv != code.zxing[0] for code in codes)
    print(f"read differently by the two: {differ}")
    print(f"printing {printed - started:.1f} s, reading {done - printed:.1f} s")


if __name__ == "__main__":
    main()
