"""Files that are no census at all under the name of one, and folders where several files stand side by side."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from random import Random

from hostile_file import HostileFile, Mutation, made, rendered
from hostile_truth import TruePatient
from hostile_write import csv_sheet, fhir_sheet, hl7_sheet

People = tuple[TruePatient, ...]
_NAMES = ("census.csv", "bundle.json", "feed.hl7", "census")


def _zip(inner: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", inner)
    return out.getvalue()


def not_a_census(chance: Random, people: People) -> HostileFile:
    """A workbook, a PDF, a web page, an archive, a picture, a program, or noise."""
    inner = rendered(csv_sheet(people))[0]
    contents = [
        _zip(inner), b"%PDF-1.7\n" + inner, b"<!DOCTYPE html><title>Log in</title>" + inner, gzip.compress(inner),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + inner, b"<?xml version='1.0'?><Bundle xmlns='http://hl7.org/fhir'/>",
        b"\x89PNG\r\n\x1a\n" + bytes(500), b"MZ" + bytes(500), b"\x7fELF" + bytes(500), chance.randbytes(3_000),
        b"{\\rtf1\\ansi " + inner, b"ISA*00*          *00*          *ZZ*A              *ZZ*B   ~", b"SQLite format 3\0",
        json.dumps({"error": "invalid_grant"}).encode(), b"[]", b"{}", b"null", b"0", b'"', b"HTTP/1.1 401\r\n\r\n",
    ]  # fmt: skip
    return HostileFile("no census", {chance.choice(_NAMES): chance.choice(contents)}, people, must_refuse=True)


def nothing(chance: Random, people: People) -> HostileFile:
    """Nothing, or nothing but blanks, zeros and marks."""
    blanks = (b"", b" ", b"\r\n" * 50, bytes(5_000), b"\xef\xbb\xbf", b"\xff\xfe", b"\t\t\t", b"\x0b\x1c\r")
    content = chance.choice(blanks)
    return HostileFile("nothing", {chance.choice(_NAMES): content}, people, must_refuse=True)


def wrong_name(chance: Random, people: People) -> HostileFile:
    """A sound file of one format under the name of another; it is read for what it is."""
    sheet = chance.choice([csv_sheet, fhir_sheet, hl7_sheet])(people)
    file = made("wrong name", sheet, people, may_refuse=False)
    (raw,) = file.files.values()
    file.files = {chance.choice(("x.pdf", "census.xlsx", "report.html", "data.zip", "README")): raw}
    return file


def folder(chance: Random, people: People) -> HostileFile:
    """A folder: one patient's files in each format, some of them broken, and things that are no census."""
    file = HostileFile("folder", {}, people, values_hold=False)
    for name, sheet in (("a.csv", csv_sheet(people)), ("b.json", fhir_sheet(people)), ("c.hl7", hl7_sheet(people))):
        if chance.random() < 0.7 or not file.files:
            raw, pieces = rendered(sheet)
            if chance.random() < 0.2:
                length = chance.randrange(len(raw))
                raw, pieces = raw[:length], []
            file.files[name] = raw
            file.pieces += pieces
    for name, raw in (("notes.pdf", b"%PDF-1.7"), (".hidden", b"x"), ("empty.csv", b""), ("config.json", b'{"a": 1}'),
                      ("readme.txt", b"Ask the night shift.\n"), ("log.txt", b"a,b\n1,2\n")):  # fmt: skip
        if chance.random() < 0.3:
            file.files[name] = raw
    return file


def splits(chance: Random, people: People) -> HostileFile:
    """One export in many files, a message or resource in each."""
    file = HostileFile("many files", {}, people)
    sheet = chance.choice([hl7_sheet(people), fhir_sheet(people, True)])
    raw, pieces = rendered(sheet)
    places = list(range(len(pieces)))
    chance.shuffle(places)
    for name, place in enumerate(places):
        piece = pieces[place]
        file.files[f"{name:03d}.{'hl7' if sheet.format == 'hl7' else 'json'}"] = raw[piece.start : piece.end]
    file.pieces = pieces
    file.values_hold = sheet.format != "hl7"
    file.may_refuse = False
    return file


KINDS: dict[str, Mutation] = {
    "any no census": not_a_census, "any nothing": nothing, "any wrong name": wrong_name, "any folder": folder,
    "any many files": splits,
}  # fmt: skip
