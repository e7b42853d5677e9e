"""The words of the accuracy page between its tables."""

HOW = """# How right the reader is

Written by `python tests/bench/accuracy.py --write tests/ACCURACY.md`; do not edit it by hand.

Pages of a packet of an intensive care unit (Letter) and of a practice (A4) are written on by a simulated pen, harmed
and scanned as [the drill](../downtime/drill/README.md) does it, and read. Seeds {first} to {last} ({seeds} seeds,
{pages:,} pages, {forms} forms), read {when}. No threshold was ever set on these seeds:
those were set on 1 to 5. The images can be made before, in parts: `python tests/bench/accuracy.py --make --slice 1/4`;
a run that was broken off goes on where it was. The same seeds, forms and reader give the same page.

- **identified**: pages whose code was read; **wrong page**: taken for another one, which must never be. **read**: pages
  that were registered and scored; **scan again**: those of them that are called too poor, of which only boxes with a
  mark are counted.
- **wrong**: boxes called marked that are not, or blank that are marked, without a person being asked. **to a person**:
  boxes sent to review, because they or their choice are in doubt.
- **missed**: fields with handwriting that were called empty; **falsely written**: empty ones called written; **as
  writing**: fields with nothing but print in them that were called written. Fields under a sticker, a stamp or a
  neighbour's letters are not counted.
- Behind a count stand its share and the range in which it lies at 95 % (score interval); after 0 the most that it may
  be. Boxes of one page have one pen and one scan in common, so that the true range is wider than this one."""

OURS = """## By damage

What each kind is stands in the drill's [README](../downtime/drill/README.md)."""

PENS = """## By pen

`careful` writes at noon, `tired` at four in the morning, `hostile` as badly as a test needs: about one mark in seven is
taken back, two hands in five use a pencil, a pen that is too pale or one too thick, one mark in 25 stands beside its
box, and two pages in five carry a stamp, a note or a slip of the pen."""

BOXES = """## By kind of mark

All damage together. A box is counted by what stands in it in truth."""

FIELDS = """## By kind of writing

All damage together, without pages that are to be scanned again."""

OTHER = """## Damage that is not ours

The same pages and pens, scanned at 200 dots an inch and harmed by augraphy 8.2.6, a library for making poor documents
that knows nothing of this program. Its settings are its own defaults, which often harm more than any scanner does:
`DirtyDrum` draws bars over the page, `DoubleExposure` shows it twice, so that no code can be read. Kinds that write or
draw over the page themselves are left out: the truth would not know of their ink."""

AUGRAPHY_MISSING = """Not measured in this run: augraphy was not installed (see `tests/bench/augraphy.txt`)."""

FINDINGS = """## Wrong boxes and wrong pages

Every wrong page, and the wrong boxes of the careful and the tired pen, by damage, seed and pen, so that each can be
made again; `--findings` prints all that is wrong, fields and the hostile pen's boxes, too."""
