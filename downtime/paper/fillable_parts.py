"""The AcroForm objects of a fillable PDF: text fields, tick boxes, choices, and the one font that is typed with."""

from __future__ import annotations

from typing import Any

from downtime.page.layout import FieldKind
from downtime.paper.fillable_words import FieldWords
from downtime.paper.fonts import text_width_pt

# Bits of /F and /Ff: PDF 32000-1:2008, tables 165, 221, 226 and 228.
_PRINT = 1 << 2
_READ_ONLY = 1
_REQUIRED = 1 << 1
_MULTILINE = 1 << 12
_RADIO = 1 << 15
_NO_SPELL_CHECK = 1 << 22
_NO_SCROLL = 1 << 23
_COMB = 1 << 24

FONT_NAME = "/AtkR"
_MOST_PT, _LEAST_PT, _COMB_PT = 9.5, 8.0, 11.0
# A date must be readable whole even in the narrowest column, at whatever size that takes.
_SAMPLES = {"date": "30 MMM 2026", "time": "2000", "datetime": "30 MMM 2026 2000"}
_PADDING_PT = 4.0

Corners = tuple[float, float, float, float]


class FieldFactory:
    """Makes the fields of one document; what many of them share is written once."""

    def __init__(self, writer: Any) -> None:
        """Start with no fields for a pypdf writer."""
        from pypdf.generic import DictionaryObject, NameObject, TextStringObject

        self._writer = writer
        self._fields: list[Any] = []
        self._crosses: dict[tuple[float, float], tuple[Any, Any]] = {}
        self._name = NameObject
        # No border colour: the paper draws the boxes. A viewer that draws marks itself draws the cross of its own font.
        self._mark = writer._add_object(DictionaryObject({NameObject("/CA"): TextStringObject("8")}))

    def text(self, name: str, kind: FieldKind, at: Corners, page: Any, words: FieldWords, printed: str = "") -> Any:
        """A field to type in; one with something `printed` has that value, and shows nothing over the print."""
        from pypdf.generic import DictionaryObject, NumberObject, TextStringObject

        flags = _NO_SPELL_CHECK | _REQUIRED * words.required
        if words.comb:
            flags |= _COMB
        else:
            # What is not seen is not printed: typing ends where the place on the paper ends.
            flags |= _NO_SCROLL | (_MULTILINE if kind == "lines" else 0)
        field = self._widget(at, page)
        field[self._name("/FT")] = self._name("/Tx")
        field[self._name("/T")] = TextStringObject(name)
        field[self._name("/TU")] = TextStringObject(words.label)
        field[self._name("/Ff")] = NumberObject(flags)
        field[self._name("/DA")] = TextStringObject(f"{FONT_NAME} {_size_pt(kind, at, words.comb):g} Tf 0 g")
        if printed:
            field[self._name("/Ff")] = NumberObject(flags & ~_COMB | _READ_ONLY)
            field[self._name("/V")] = TextStringObject(printed)
            size = (round(at[2] - at[0], 1), round(at[3] - at[1], 1))
            field[self._name("/AP")] = DictionaryObject({self._name("/N"): self._states(size)[1]})
        elif words.max_length:
            field[self._name("/MaxLen")] = NumberObject(words.max_length)
        return self._added(field)

    def checkbox(
        self, name: str, state: str, at: Corners, page: Any, words: FieldWords, *, chosen: bool = False
    ) -> Any:
        """A box that is ticked or not, for itself; one that is `chosen` already stays so."""
        from pypdf.generic import NumberObject, TextStringObject

        field = self._box(at, page, state)
        field[self._name("/FT")] = self._name("/Btn")
        field[self._name("/T")] = TextStringObject(name)
        field[self._name("/TU")] = TextStringObject(_with_option(words))
        field[self._name("/Ff")] = NumberObject(_REQUIRED * (words.required and not words.option))
        if chosen:
            field[self._name("/Ff")] = NumberObject(_READ_ONLY)
            field[self._name("/V")] = field[self._name("/AS")] = self._name("/" + state)
        return self._added(field)

    def choice(self, name: str, words: FieldWords) -> Any:
        """A choice of one of several options, which may also be taken back; its options are added one by one."""
        from pypdf.generic import ArrayObject, DictionaryObject, NumberObject, TextStringObject

        field = DictionaryObject()
        field[self._name("/FT")] = self._name("/Btn")
        field[self._name("/T")] = TextStringObject(name)
        field[self._name("/TU")] = TextStringObject(words.label)
        field[self._name("/Ff")] = NumberObject(_RADIO | _REQUIRED * words.required)
        field[self._name("/Kids")] = ArrayObject()
        return self._added(field)

    def option(
        self, choice: Any, option: str, at: Corners, page: Any, words: FieldWords, *, chosen: bool = False
    ) -> Any:
        """One option of a choice; where one is `chosen` already, the choice stays as it is."""
        from pypdf.generic import NumberObject, TextStringObject

        widget = self._box(at, page, option)
        widget[self._name("/Parent")] = choice
        widget[self._name("/TU")] = TextStringObject(_with_option(words))
        if chosen:
            whole = choice.get_object()
            whole[self._name("/Ff")] = NumberObject(_RADIO | _READ_ONLY)
            whole[self._name("/V")] = widget[self._name("/AS")] = self._name("/" + option)
        reference = self._writer._add_object(widget)
        choice.get_object()["/Kids"].append(reference)
        return reference

    def finish(self) -> None:
        """Write the form into the catalogue of the document."""
        from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

        fonts = DictionaryObject({NameObject(FONT_NAME): self._writer._add_object(_font(self._writer))})
        form = DictionaryObject()
        form[NameObject("/Fields")] = ArrayObject(self._fields)
        form[NameObject("/DR")] = DictionaryObject({NameObject("/Font"): fonts})
        form[NameObject("/DA")] = TextStringObject(f"{FONT_NAME} {_MOST_PT:g} Tf 0 g")
        self._writer._root_object[NameObject("/AcroForm")] = self._writer._add_object(form)

    def _added(self, field: Any) -> Any:
        reference = self._writer._add_object(field)
        self._fields.append(reference)
        return reference

    def _widget(self, at: Corners, page: Any) -> Any:
        from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NumberObject

        widget = DictionaryObject()
        widget[self._name("/Type")] = self._name("/Annot")
        widget[self._name("/Subtype")] = self._name("/Widget")
        widget[self._name("/Rect")] = ArrayObject(FloatObject(f"{value:.2f}") for value in at)
        widget[self._name("/F")] = NumberObject(_PRINT)
        widget[self._name("/P")] = page.indirect_reference
        return widget

    def _box(self, at: Corners, page: Any, state: str) -> Any:
        from pypdf.generic import DictionaryObject

        widget = self._widget(at, page)
        cross, empty = self._states((round(at[2] - at[0], 1), round(at[3] - at[1], 1)))
        states = DictionaryObject({self._name("/" + state): cross, self._name("/Off"): empty})
        widget[self._name("/AP")] = DictionaryObject({self._name("/N"): states})
        widget[self._name("/AS")] = self._name("/Off")
        widget[self._name("/MK")] = self._mark
        return widget

    def _states(self, size: tuple[float, float]) -> tuple[Any, Any]:
        """What a place of a size shows when it is marked, and when it is not."""
        if size not in self._crosses:
            self._crosses[size] = self._drawn(size, _cross(*size)), self._drawn(size, "")
        return self._crosses[size]

    def _drawn(self, size: tuple[float, float], operators: str) -> Any:
        from pypdf.generic import ArrayObject, FloatObject, StreamObject

        stream = StreamObject()
        stream.set_data(operators.encode("ascii"))
        stream[self._name("/Type")] = self._name("/XObject")
        stream[self._name("/Subtype")] = self._name("/Form")
        stream[self._name("/BBox")] = ArrayObject(FloatObject(value) for value in (0, 0, *size))
        return self._writer._add_object(stream)


def _with_option(words: FieldWords) -> str:
    return f"{words.label}: {words.option}" if words.option else words.label


def _cross(w_pt: float, h_pt: float) -> str:
    left, low, right, high = 0.2 * w_pt, 0.2 * h_pt, 0.8 * w_pt, 0.8 * h_pt
    lines = f"{left:.2f} {low:.2f} m {right:.2f} {high:.2f} l {left:.2f} {high:.2f} m {right:.2f} {low:.2f} l"
    return f"q 0 G 1 J 1.5 w {lines} S Q"


def _size_pt(kind: FieldKind, at: Corners, comb: bool) -> float:
    """The size in which a field is typed: as large as its place allows, and small enough for a date to fit."""
    if comb:
        return _COMB_PT
    size = min(_MOST_PT, max(_LEAST_PT, (at[3] - at[1]) * 0.6))
    if sample := _SAMPLES.get(kind):
        size = min(size, (at[2] - at[0] - _PADDING_PT) / text_width_pt(sample, "regular", 1))
    return max(round(size * 2 - 0.49) / 2, 3.0)


def _font(writer: Any) -> Any:
    """The regular text face, whole, because nobody knows what will be typed; in the encoding that viewers type in."""
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, StreamObject

    from downtime.paper.font_files import open_text_font

    font = open_text_font("regular")
    face = font.ttf.face
    content = font.path.read_bytes()
    plain = StreamObject()
    plain.set_data(content)
    plain[NameObject("/Length1")] = NumberObject(len(content))
    file = plain.flate_encode()
    name = NameObject("/" + face.name.decode("ascii"))
    descriptor = DictionaryObject()
    descriptor[NameObject("/Type")] = NameObject("/FontDescriptor")
    descriptor[NameObject("/FontName")] = name
    # Bit 6: the letters of Latin writing, and no symbols (PDF 32000-1:2008, table 123).
    descriptor[NameObject("/Flags")] = NumberObject(1 << 5)
    descriptor[NameObject("/FontBBox")] = ArrayObject(NumberObject(int(value)) for value in face.bbox)
    numbers = {
        "ItalicAngle": face.italicAngle, "Ascent": face.ascent, "Descent": face.descent,
        "CapHeight": face.capHeight, "StemV": face.stemV,
    }  # fmt: skip
    for key, value in numbers.items():
        descriptor[NameObject("/" + key)] = NumberObject(int(value))
    descriptor[NameObject("/FontFile2")] = writer._add_object(file)
    letters = [bytes([code]).decode("cp1252", "replace") for code in range(32, 256)]
    result = DictionaryObject()
    result[NameObject("/Type")] = NameObject("/Font")
    result[NameObject("/Subtype")] = NameObject("/TrueType")
    result[NameObject("/BaseFont")] = name
    result[NameObject("/Encoding")] = NameObject("/WinAnsiEncoding")
    result[NameObject("/FirstChar")] = NumberObject(32)
    result[NameObject("/LastChar")] = NumberObject(255)
    widths = (round(font.advance.get(letter, 0.0) * 1000) for letter in letters)
    result[NameObject("/Widths")] = ArrayObject(FloatObject(width) for width in widths)
    result[NameObject("/FontDescriptor")] = writer._add_object(descriptor)
    return result
