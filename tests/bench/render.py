"""How fast pages are made: ratios in one run on one core, printed, never asserted.

    python tests/bench/render.py    50, 500 and 5,000 pages of the dense MAR, beside three plain engines

Every page is the first side of the scheduled MAR with its own patient, orders and page codes. The others draw a page
of the same density (lines, boxes, texts, one QR code each for canvas and fpdf2); `zlib+write` only compresses and
writes ready-made streams of ours, which is as fast as any PDF could be. Processor seconds count, so that a busy machine
does not tip the ratios. Whole commands: `tests/bench/packet.py`.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import random
import resource
import sys
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
DRUGS = ["heparin", "metoprolol tartrate", "piperacillin and tazobactam", "furosemide", "levETIRAcetam", "pantoprazole"]
HOURS = 12


def patients(count: int) -> list[dict[str, str]]:
    """The values of each page: patient header, four orders with last doses, due times; all different, all made up."""
    rng = random.Random(7)
    pages = []
    for number in range(count):
        values = {
            "patient.surname": f"EXAMPLE{number:05d}",
            "patient.given": rng.choice(["Elena", "Marco", "Aoife", "Tomás", "Ngozi", "Lê"]),
            "patient.birth_date": f"{rng.randrange(1, 29):02d} JUL {rng.randrange(1930, 2006)}",
            "patient.sex": rng.choice("FM"),
            "patient.mrn": f"{rng.randrange(10**9, 10**10)}",
            "patient.encounter": f"{rng.randrange(10**9, 10**10)}",
            "patient.bed": f"ICU-{number % 24 + 1:02d}",
            "patient.attending": "Ivanova, M., MD",
            "allergies.text": "codeine (nausea), latex (rash)",
            "weight.kg": f"{rng.randrange(45, 120)}.{rng.randrange(1, 9)}",
        }
        for row in range(1, 5):
            order = f"drugs.{row}.order"
            values |= {
                f"{order}.drug": rng.choice(DRUGS),
                f"{order}.dose": f"{rng.randrange(1, 900)} mg",
                f"{order}.route": "by mouth",
                f"{order}.frequency": "every 6 hours",
                f"{order}.times": "0600 1200 1800",
                f"drugs.{row}.last.date": "22 NOV 2026",
                f"drugs.{row}.last.time": f"{rng.randrange(0, 24):02d}00",
                f"drugs.{row}.last.dose": f"{rng.randrange(1, 900)} mg",
            }
            for hour in range(1, HOURS + 1, 3):
                values[f"drugs.{row}.h{hour}.time"] = f"{(hour + 6) % 24:02d}00"
        pages.append(values)
    return pages


def ours(pages: list[dict[str, str]]) -> bytes:
    """This project's own way: static page once, values and codes a page."""
    from downtime.library.shelf import Shelf
    from downtime.page.code import PageCoder, facility_number, kit_text, new_kit_id
    from downtime.page.geometry import PaperSize
    from downtime.paper.compose import Surroundings, compose
    from downtime.paper.document import Document, Extras
    from downtime.paper.fill import PageFill
    from downtime.paper.header import Imprint
    from downtime.paper.sheet import build_form

    kit = new_kit_id(b"bench")
    imprint = Imprint(
        "Example", "ICU", "23 NOV 2026 0930", "22 MAY 2027", "Approved: nobody", kit_text(kit), "0", True, True
    )
    form = compose(Shelf().form("mar-scheduled"), Surroundings({"facility": {}, "department": {}, "words": {}}))
    printed = build_form(form, PaperSize.LETTER, imprint)
    coder = PageCoder(facility_number("example"), kit, len(pages), key=bytes(32))
    document = Document(coder, kit, drill=False, title="bench", subject="")
    document.define_form("mar", printed)
    fill = PageFill(printed.pages[0], frozenset({"drug", "dose", "surname"}))
    known = {field.id for field in printed.pages[0].fields}
    wanted = [{key: text for key, text in page.items() if key in known} for page in pages]
    assert len(wanted[0]) > 50
    started = time.process_time()
    for values in wanted:
        text, _ = fill.operators(values, document.book)
        document.place("mar", 0, sheet=1, extras=Extras(operators=text))
    pdf = document.save()
    print_time(started)
    return pdf


def canvas(pages: list[dict[str, str]]) -> bytes:
    """Plain reportlab canvas: everything on every page."""
    import qrcode
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    draw = Canvas(out, pagesize=(792, 612), pageCompression=1)
    started = time.process_time()
    for values in pages:
        draw.setLineWidth(0.25)
        for row in range(13):
            draw.line(54, 150 + row * 27, 764, 150 + row * 27)
        for column in range(30):
            draw.line(54 + column * 24, 150, 54 + column * 24, 474)
        for row in range(4):
            for column in range(12):
                draw.rect(400 + column * 30, 150 + row * 80, 28, 24)
        draw.setFont("Helvetica", 8)
        for number in range(60):
            draw.drawString(60 + number % 6 * 110, 480 - number // 6 * 12, "Dose and unit")
        draw.setFont("Helvetica", 9)
        for number, text in enumerate(values.values()):
            draw.drawString(60 + number % 6 * 110, 470 - number // 6 * 20, text)
        code = qrcode.QRCode(version=4, error_correction=qrcode.ERROR_CORRECT_H, mask_pattern=3, border=0)
        code.add_data("DT1:" + values["patient.mrn"] + "7KX3M9QZ" * 4 + "ABCD", optimize=0)
        code.make(fit=False)
        for y, line in enumerate(code.modules):
            for x, dark in enumerate(line):
                if dark:
                    draw.rect(650 + x * 1.7, 560 - y * 1.7, 1.7, 1.7, stroke=0, fill=1)
        draw.showPage()
    draw.save()
    print_time(started)
    return out.getvalue()


def fpdf2(pages: list[dict[str, str]]) -> bytes:
    """Plain fpdf2: everything on every page, the code as path-less rectangles."""
    import qrcode
    from fpdf import FPDF

    pdf = FPDF(orientation="landscape", unit="pt", format="letter")
    pdf.set_auto_page_break(False)
    started = time.process_time()
    for values in pages:
        pdf.add_page()
        pdf.set_line_width(0.25)
        for row in range(13):
            pdf.line(54, 150 + row * 27, 764, 150 + row * 27)
        for column in range(30):
            pdf.line(54 + column * 24, 150, 54 + column * 24, 474)
        for row in range(4):
            for column in range(12):
                pdf.rect(400 + column * 30, 150 + row * 80, 28, 24)
        pdf.set_font("Helvetica", size=8)
        for number in range(60):
            pdf.text(60 + number % 6 * 110, 130 + number // 6 * 12, "Dose and unit")
        pdf.set_font("Helvetica", size=9)
        for number, text in enumerate(values.values()):
            pdf.text(60 + number % 6 * 110, 140 + number // 6 * 20, text.encode("latin-1", "replace").decode("latin-1"))
        code = qrcode.QRCode(version=4, error_correction=qrcode.ERROR_CORRECT_H, mask_pattern=3, border=0)
        code.add_data("DT1:" + values["patient.mrn"] + "7KX3M9QZ" * 4 + "ABCD", optimize=0)
        code.make(fit=False)
        for y, line in enumerate(code.modules):
            start = None
            for x, dark in enumerate([*line, False]):
                if dark and start is None:
                    start = x
                elif not dark and start is not None:
                    pdf.rect(650 + start * 1.7, 30 + y * 1.7, (x - start) * 1.7, 1.7, style="F")
                    start = None
    data = bytes(pdf.output())
    print_time(started)
    return data


def zlib_write(pages: list[dict[str, str]]) -> bytes:
    """The bound: compress and write our own pages' streams, ready-made before the clock starts."""
    from pypdf import PdfReader

    made = [page.get_contents() for page in PdfReader(io.BytesIO(ours(pages[:200]))).pages]
    samples = [content.get_data() for content in made if content is not None]
    streams = [samples[number % len(samples)] for number in range(len(pages))]
    out = io.BytesIO()
    started = time.process_time()
    for stream in streams:
        out.write(b"%d 0 obj\n<< /Length 1 >>\nstream\n" + zlib.compress(stream) + b"\nendstream\nendobj\n")
    print_time(started)
    return out.getvalue()


def print_time(started: float) -> None:
    """The measured part ends here: keep its seconds for the parent."""
    global SECONDS
    SECONDS = time.process_time() - started


SECONDS = 0.0
ENGINES = {"downtime": ours, "canvas": canvas, "fpdf2": fpdf2, "zlib+write": zlib_write}


def measure(engine: str, count: int, queue: multiprocessing.Queue[tuple[float, int, int]]) -> None:
    """One engine in its own process on one core: seconds, bytes, and peak memory above the start, in bytes."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from downtime.cli import ALLOCATIONS_BETWEEN_COLLECTIONS

    # Every engine as a command of ours runs: cycles among its objects are looked for seldom.
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS, 20, 20)
    pages = patients(count)
    # Two documents before the measured one: the second still takes memory (0.6 MB of ours, whatever its length) that
    # later ones find free again, and it would be told as memory of the pages.
    for _ in range(2):
        ENGINES[engine](pages[:2])
        gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = len(ENGINES[engine](pages))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    queue.put((SECONDS, size, grown))


def table(counts: list[int], repeats: int) -> None:
    """Interleave the engines, keep the median of each, print pages a second and the ratios."""
    context = multiprocessing.get_context("spawn")
    print(f"{'pages':>6} {'engine':<11} {'pages/s':>9} {'B/page':>7} {'KB mem/page':>11}   ratios of downtime")
    for count in counts:
        results: dict[str, list[tuple[float, int, int]]] = {engine: [] for engine in ENGINES}
        for _ in range(repeats if count < 5000 else 1):
            for engine in ENGINES:
                queue: multiprocessing.Queue[tuple[float, int, int]] = context.Queue()
                child = context.Process(target=measure, args=(engine, count, queue))
                child.start()
                results[engine].append(queue.get())
                child.join()
        median = {engine: sorted(rows)[len(rows) // 2] for engine, rows in results.items()}
        for engine, (seconds, size, grown) in median.items():
            ratio = f"{seconds / median['downtime'][0]:8.2f} × {engine}" if engine != "downtime" else ""
            figures = f"{count / seconds:>9.0f} {size / count:>7.0f} {grown / count / 1024:>11.1f}"
            print(f"{count:>6} {engine:<11} {figures}   {ratio}")


if __name__ == "__main__":
    table([int(word) for word in sys.argv[1:]] or [50, 500, 5000], 3)
