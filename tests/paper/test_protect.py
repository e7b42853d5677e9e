"""Protected kits: what is on the disk tells nothing, opens with the passphrase only, and is the same document."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader

from downtime.errors import InputError, WriteError
from downtime.page.envelope import about_envelope
from downtime.page.opening import manifest_of, open_protected
from downtime.page.passphrase import Passphrase, PassphraseMissingError, PassphraseWrongError
from downtime.paper.batch import read_site
from downtime.paper.packet import FinishedPacket, make_packet
from downtime.paper.production import print_run
from downtime.paper.protect import encrypted_pdf, private_folder, write_private

sys.path.insert(0, str(Path(__file__).parent))
from sample_site import site as sample_site

SECRET, OTHER = Passphrase.of("quiet lamp over seven stairs"), Passphrase.of("quiet lamp over eight stairs")
posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> FinishedPacket:
    site, shelf = read_site(sample_site(tmp_path_factory.mktemp("protect")))
    return make_packet(site, site.department("ward"), shelf, print_run(site, made_at="2026-11-23T0930"))


@pytest.fixture
def sealed(packet: FinishedPacket, tmp_path: Path) -> Path:
    return write_private(tmp_path, "mill-hill-ward-kit", packet.pdf, packet.manifest, SECRET)


def test_it_is_aes_256_of_the_newest_revision(packet: FinishedPacket) -> None:
    pdf = encrypted_pdf(packet.pdf, SECRET)
    (entry,) = (PdfReader(io.BytesIO(pdf)).trailer["/Encrypt"],)
    assert (entry["/V"], entry["/R"], entry["/CF"]["/StdCF"]["/CFM"]) == (5, 6, "/AESV3")


def test_only_the_passphrase_opens_it(sealed: Path, packet: FinishedPacket) -> None:
    beside = sealed.with_suffix(".manifest.sealed")
    for path in (sealed, beside):
        assert manifest_of(path, SECRET) == packet.manifest
        with pytest.raises(PassphraseWrongError, match=re.escape(str(path))):
            manifest_of(path, OTHER)
        with pytest.raises(PassphraseMissingError, match=re.escape(str(path))):
            manifest_of(path)
    # another reader agrees, and does not open it without
    assert len(pypdfium2.PdfDocument(sealed, password=SECRET.text)) == packet.pages
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(sealed)


def test_nothing_readable_is_left_on_the_disk(sealed: Path) -> None:
    for path in sealed.parent.iterdir():
        content = path.read_bytes()
        assert not re.search(rb"Mill Hill Hospital|log-incident|Cover and contents", content), path.name


def test_it_is_the_same_document(packet: FinishedPacket) -> None:
    before, after = PdfReader(io.BytesIO(packet.pdf)), PdfReader(io.BytesIO(encrypted_pdf(packet.pdf, SECRET)))
    after.decrypt(SECRET.text)
    assert [page.get_contents().get_data() for page in before.pages] == [
        page.get_contents().get_data() for page in after.pages
    ]
    assert [item["/Title"] for item in before.outline if not isinstance(item, list)] == [
        item["/Title"] for item in after.outline if not isinstance(item, list)
    ]
    assert before.page_labels == after.page_labels
    assert after.viewer_preferences is not None and after.viewer_preferences["/PrintScaling"] == "/None"
    assert open_protected(packet.pdf, "x") == packet.manifest.to_json()


def test_the_outside_of_the_envelope_names_kit_time_and_pdf(sealed: Path, packet: FinishedPacket) -> None:
    import hashlib

    about = about_envelope(sealed.with_suffix(".manifest.sealed").read_bytes(), "x")
    assert (about.kit, about.department, about.made_at) == (packet.manifest.kit, "ward", packet.manifest.made_at)
    assert about.pdf == hashlib.sha256(sealed.read_bytes()).hexdigest()


def test_without_a_passphrase_both_are_plain_and_private(packet: FinishedPacket, tmp_path: Path) -> None:
    path = write_private(tmp_path, "kit", packet.pdf, packet.manifest, None)
    assert manifest_of(path) == manifest_of(tmp_path / "kit.manifest.json") == packet.manifest


def test_a_manifest_of_an_earlier_run_is_not_left_beside_another_pdf(packet: FinishedPacket, tmp_path: Path) -> None:
    for passphrase, suffix in ((None, "json"), (SECRET, "sealed"), (None, "json")):
        write_private(tmp_path, "kit", packet.pdf, packet.manifest, passphrase)
        assert sorted(path.name for path in tmp_path.iterdir()) == [f"kit.manifest.{suffix}", "kit.pdf"]


@posix
@pytest.mark.parametrize("passphrase", [None, SECRET])
@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_files_and_folders_are_the_owners_alone(
    packet: FinishedPacket, tmp_path: Path, passphrase: Passphrase | None, umask: int
) -> None:
    if umask == 0o777 and os.geteuid() != 0:
        umask = 0o077  # an ordinary user could not use the folder
    old = os.umask(umask)
    try:
        assert private_folder(tmp_path / "a" / "kits") == ()
        write_private(tmp_path / "a" / "kits", "kit", packet.pdf, packet.manifest, passphrase)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a" / "kits").stat().st_mode) & 0o077 == 0
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a" / "kits").iterdir()}
    assert modes == {0o600}


@posix
def test_a_folder_open_to_others_is_told(tmp_path: Path) -> None:
    for mode, says in ((0o777, "may write"), (0o770, "may write"), (0o755, "see the names"), (0o700, "")):
        tmp_path.chmod(mode)
        told = private_folder(tmp_path)
        assert (says in told[0]) if says else told == ()


def test_a_full_disk_leaves_nothing(packet: FinishedPacket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space"):
        write_private(tmp_path, "kit", packet.pdf, packet.manifest, SECRET)
    assert list(tmp_path.iterdir()) == []


def test_damaged_files_are_told(sealed: Path, tmp_path: Path) -> None:
    whole = sealed.read_bytes()
    for content, says in (
        (whole[: len(whole) // 2], "cannot be read|does not open|no manifest"),
        (b"not a PDF", "not a PDF"),
        (b"{}", "format_version"),
        (b"DOWNTIME-ENVELOPE 1\n", "cut short"),
    ):
        path = tmp_path / "damaged"
        path.write_bytes(content)
        with pytest.raises(InputError, match=says):
            manifest_of(path, SECRET)
    with pytest.raises(InputError, match="cannot be read"):
        manifest_of(tmp_path / "nowhere.pdf", SECRET)
