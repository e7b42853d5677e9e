"""Every mistake a manager can make gets one finding with the file, the line, and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_site import KNOWN_FORMS, KNOWN_PROCEDURES, WARD, SiteMaker

from downtime.errors import ConfigError, Level, UsageError
from downtime.site import check_site, load_site

TODAY = date(2026, 11, 23)
F, C, W, A = "facility.yaml", "contacts.yaml", "departments/ward.yaml", "approvals.yaml"

# file, old text, new text, the words that mark the line of the finding, what the finding says
MISTAKES = [
    # keys
    (F, "short_name: Mill Hill\n", "", "id: mill", "short_name is missing – add `short_name:`"),
    (F, "name: Mill Hill Hospital", "name:", "name:", "name is empty"),
    (F, "name: Mill Hill Hospital", 'name: "  "', "name:", "name: the text is empty"),
    (F, "name: Mill Hill Hospital", "name: [a, b]", "name:", "name is a list"),
    (F, "name: Mill Hill Hospital", "name: " + "x" * 201, "name:", "201 characters; the limit is 200"),
    (F, "name: Mill Hill Hospital", r'name: "Mill\x07Hill"', "name:", "a character that cannot be printed"),
    (W, "census: 8", "census: 8\nbeds: 9", "beds: 9", "“beds” stands twice"),
    (W, "location: shelf}", "location: shelf, upper row}", "box:", "put the whole text in quotes"),
    # words of a fixed list
    (F, "paper: letter", "paper: legal", "paper:", "allowed: letter, a4"),
    (F, "country: US", "country: usa", "country:", "write its two letters"),
    (F, "timezone: America/Chicago", "timezone: America/Chigaco", "timezone:", "did you mean “America/Chicago”?"),
    (F, "timezone: America/Chicago", "timezone: ../../etc/passwd", "timezone:", "is not a time zone"),
    (W, "kind: medsurg", "kind: wards", "kind:", "kind is “wards”"),
    (W, "inpatient: yes", "inpatient: maybe", "inpatient:", "inpatient: “maybe” is neither yes nor no"),
    (W, "uses: 3}", "uses: 3, whole_days: perhaps}", "ord-general", "“perhaps” is neither yes nor no"),
    # times
    (F, "mar_starts: 0700", "mar_starts: 2400", "mar_starts", "“2400” is not a time; midnight is 0000"),
    (F, "mar_starts: 0700", "mar_starts: 24:00", "mar_starts", "“24:00” is not a time; midnight is 0000"),
    (F, "mar_starts: 0700", "mar_starts: 7:00", "mar_starts", "“7:00” is not a time; write 0700"),
    (F, "mar_starts: 0700", "mar_starts: 700", "mar_starts", "“700” is not a time; write 0700"),
    (F, "mar_starts: 0700", "mar_starts: 0760", "mar_starts", "“0760” is not a time"),
    (F, "mar_starts: 0700", "mar_starts: ７00", "mar_starts", "is not a time"),
    (F, "[0700, 1900]", "[1900, 0700]", "medication_times:", "do not ascend"),
    (F, "[0700, 1900]", "[0700]", "BID", "1 times stand where 2 belong"),
    (F, "BID: [0700, 1900]", "BDI: [0700, 1900]", "BDI", "no frequency code “BDI”"),
    (F, "profile: us_adult_inpatient", "profile: us_adult_impatient", "profile", "did you mean “us_adult_inpatient”?"),
    # numbers
    (W, "copies: 2", "copies: 0", "log-incident", "“0” is not a whole number from 1 to 10,000"),
    (W, "copies: 2", "copies: -1", "log-incident", "“-1” is not a whole number from 1 to 10,000"),
    (W, "copies: 2", "copies: 1000000000", "log-incident", "is not a whole number from 1 to 10,000"),
    (W, "copies: 2", "copies: two", "log-incident", "“two” is not a whole number from 1 to 10,000; write digits"),
    (W, "copies: 2", "copies: 2.5", "log-incident", "“2.5” is not a whole number"),
    (W, "copies: 2", "copies: " + "9" * 5000, "log-incident", "is not a whole number"),
    (W, "beds: 10", "beds: 2001", "beds:", "“2001” is not a whole number from 0 to 2,000"),
    (W, "census: 8", "census: nan", "census:", "“nan” is not a number from 0 to 2,000"),
    (W, "census: 8", "census: 1e3", "census:", "“1e3” is not a number"),
    (W, "uses: 3", "uses: 0", "ord-general", "“0” is not a number from 0.001"),
    (W, "uses: 3", "uses: 1000, uses_per_arrival: 1000", "packet:", "copies of ord-general in the packet of Ward"),
    (F, "spoilage: 0.1", "spoilage: 15", "spoilage:", "“15” is not a number from 0 to 1"),
    # how many
    (W, "copies: 2", "note: x", "log-incident", "write `copies:` with a number, or `per:` with `uses:`"),
    (W, "copies: 2", "copies: 2, per: bed", "log-incident", "write `copies:` with a number, or `per:` with `uses:`"),
    (W, "copies: 2", "copies: 2, uses: 1", "log-incident", "`uses:` has no effect beside `copies:`"),
    (W, "uses: 3}", "note: x}", "ord-general", "`uses:` is missing"),
    (W, "per: patient-day, uses: 3", "per: event, uses: 3", "ord-general", "`events_per_day:`"),
    (W, "  uses_source: a test\n", "", "packet:", "no published figure says how many forms a patient uses"),
    (W, "form: mar-scheduled", "form: ord-general", "forms:\n        - {form: ord", "“ord-general” stands twice"),
    (W, "section: Orders", "section: Front", "packet:", "two sections are called “Front”"),
    # references
    (W, "form: ord-general", "form: ord-genral", "ord-genral", "no form “ord-genral” – did you mean “ord-general”?"),
    (W, "[nurse]", "[nurs]", "procedures:", "no procedure card “nurs” – did you mean “nurse”?"),
    (W, "surge: normal", "surge: norml", "surge:", "no surge factor “norml” – did you mean “normal”?"),
    (A, "department: ward", "department: wrad", "wrad", "no department “wrad” – did you mean “ward”?"),
    # downtime numbers
    (W, "prefix: DT", "prefix: DO", "downtime_numbers", "none of I, O, Q, S, Z and B"),
    (W, "site: 04", "site: 4", "downtime_numbers", "“4” is not a site code; two digits"),
    (W, "last: 50", "last: 0", "downtime_numbers", "“0” is not a whole number from 1"),
    (W, "first: 1,", "first: 51,", "downtime_numbers", "the block ends (50) before it begins (51)"),
    (W, "last: 50", "last: 99999", "downtime_numbers", "a block of 99,999 numbers"),
    # contacts
    (C, "number: 555-0101", "number: ", "desk", "number is empty"),
    (C, "number: 555-0101", 'number: ""', "desk", "the number is empty"),
    (C, ", number: 555-0101", "", "desk", "contacts.charge.ways[1].number is missing"),
    (C, "number: 555-0101", "number: TBD", "desk", "“TBD” is not a number to dial"),
    (C, "by: desk", "by: telegraph", "telegraph", "contacts.charge.ways[1].by is “telegraph”"),
    (C, "channel: 3", "channel: ", "radio", "channel is empty"),
    (C, "verified: 2026-11-01", "verified: 11/01/2026", "verified:", "“11/01/2026” is not a date; write year-month"),
    (C, "verified: 2026-11-01", "verified: 2026-11-31", "verified:", "is not a date"),
    (C, "verified: 2026-11-01", "verified: 20261101", "verified:", "is not a date"),
    (C, "after_minutes: 5, then: boss", "after_minutes: 5", "no_answer", "write `then:` with the contact"),
    (C, "mobile, number: 555-0102", "desk, number: 555-0102", "ways:", "boss: every way runs over the network"),
    (C, "by: radio, channel: 3", "by: desk, number: 555-0101", "charge:", "the way “desk 555-0101” stands twice"),
    (C, "then: boss", "then: bos", "then: bos", "unknown contact “bos”"),
    (C, "then: boss", "then: charge", "then: charge", "charge would take over from itself"),
    (C, "    no_answer: {after_minutes: 5, do: send a runner}\n", "", "boss:", "nobody takes over"),
    # phone tree
    (W, "charge: [boss]", "charge: [bos]", "calls:", "unknown contact “bos”"),
    (W, "start: charge", "start: carge", "start:", "unknown contact “carge”"),
    (W, "charge: [boss]", "charge: [boss, boss]", "charge: [", "boss is called by charge and again by charge"),
    (W, "charge: [boss]", "charge: [charge, boss]", "charge: [", "charge calls itself"),
    (W, "charge: [boss]", "charge: [boss]\n    boss: [charge]", "boss: [", "goes round in a circle: boss calls charge"),
    (W, "charge: [boss]", "boss: []", "boss: []", "nobody calls boss"),
    # barcodes, approvals
    (F, "spoilage: 0.1", "site_codes:\n  - {kind: code128, text: '{mnr}', position: header}", "code128", "“mrn”"),
    (F, "spoilage: 0.1", "site_codes:\n  - {kind: code128, text: '{mrn', position: header}", "code128", "without its"),
    (F, "spoilage: 0.1", "site_codes:\n  - {kind: qr, text: a, position: header}", "kind: qr", "allowed: code128"),
    (A, "0123456789ab", "0123", "0123", "is not a content digest"),
    (A, "departments:", "  - {form: log-incident, revision: 2026-11, content: 0123456789ab, by: x, role: y, "
        "date: 2026-11-01}\ndepartments:", "forms:", "is approved twice"),
]  # fmt: skip


def findings_of(root: Path) -> list[str]:
    site, findings = check_site(root, today=TODAY, known_forms=KNOWN_FORMS, known_procedures=KNOWN_PROCEDURES)
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    assert (site is None) == bool(errors)
    return [str(finding) for finding in errors]


@pytest.mark.parametrize(("file", "old", "new", "mark", "says"), MISTAKES)
def test_each_mistake_gets_one_finding_at_its_line(
    make_site: SiteMaker, file: str, old: str, new: str, mark: str, says: str
) -> None:
    root = make_site((file, old, new))
    text = (root / file).read_text(encoding="utf-8")
    found = findings_of(root)
    assert len(found) == 1, found
    place, _, message = found[0].partition(": error: ")
    assert says in message
    name, _, line = place.rpartition(":")
    assert name == str(root / file)
    # A value may stand a few lines below the key that the finding names, never above it.
    marked = text.splitlines()
    allowed = {at + 1 for at, row in enumerate(marked) if mark.splitlines()[0] in row}
    assert int(line) in {at + extra for at in allowed for extra in (0, 1)}, (line, marked[int(line) - 1])


CONSEQUENCES = [
    (
        F,
        "timezone:",
        "timezon:",
        ["unknown key – it would have no effect – did you mean “timezone”?", "timezone is mis"],
    ),
    (C, "channel: 3", "number: 3", ["channel is missing – add `channel:`", "number: unknown key"]),
    (
        C,
        "  charge:\n",
        "  Charge nurse:\n",
        ["“Charge nurse” is not an id", "ward.yaml:26: error: phone_tree: unknown", "ward.yaml:28: error: phone"],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), CONSEQUENCES)
def test_a_mistake_that_shows_in_several_places_is_told_in_each(
    make_site: SiteMaker, file: str, old: str, new: str, says: list[str]
) -> None:
    found = "\n".join(findings_of(make_site((file, old, new))))
    assert len(found.splitlines()) == len(says)
    for words in says:
        assert words in found


def test_the_small_site_is_sound(make_site: SiteMaker) -> None:
    assert findings_of(make_site()) == []


def test_all_errors_of_all_files_show_at_once(make_site: SiteMaker) -> None:
    root = make_site(
        (F, "paper: letter", "paper: legal"),
        (F, "timezone:", "timezon:"),
        (C, "number: 555-0102", "number: "),
        (W, "copies: 2", "copies: 0"),
        (A, "department: ward", "department: wrad"),
        ed=WARD.replace("id: ward", "id: ed").replace("start: charge", "start: carge"),
    )
    with pytest.raises(ConfigError) as caught:
        load_site(root, known_forms=KNOWN_FORMS)
    files = {finding.file.removeprefix(f"{root}/") for finding in caught.value.findings}
    assert files == {F, C, W, A, "departments/ed.yaml"}
    assert len(caught.value.findings) == 7  # the wrong key is also a missing one
    assert caught.value.exit_code == 3
    assert str(caught.value).count("error:") == 7


def test_a_mistake_in_a_file_hides_no_other_in_it(make_site: SiteMaker) -> None:
    root = make_site(
        (W, "copies: 2", "copies: 0"),
        (W, "form: log-incident", "form: log-incidnet"),
        (W, "start: charge", "start: carge"),
        (C, "number: 555-0102", "number: "),
    )
    with pytest.raises(ConfigError) as caught:
        load_site(root, known_forms=KNOWN_FORMS)
    told = str(caught.value)
    assert "copies: “0”" in told and "no form “log-incidnet” – did you mean “log-incident”" in told, told
    assert "unknown contact “carge”" in told and "number is empty" in told, told
    assert len(caught.value.findings) == 4


def test_one_bad_contact_is_not_also_called_unknown(make_site: SiteMaker) -> None:
    assert len(findings_of(make_site((C, "number: 555-0102", "number: ")))) == 1


def test_text_stays_text(make_site: SiteMaker) -> None:
    root = make_site(
        (F, "name: Mill Hill Hospital", "name: no"),
        (C, "channel: 3", "channel: 0555"),
        (W, "location: shelf", "location: 21:00"),
    )
    site = load_site(root)
    assert site.facility.medication_times.mar_starts == "0700"
    assert site.facility.name == "no"
    assert site.contacts["charge"].ways[1].text == "channel 0555"
    assert site.departments["ward"].box.location == "21:00"
    assert site.departments["ward"].downtime_numbers is not None
    assert site.departments["ward"].downtime_numbers.site == "04"


def test_names_of_200_characters_and_markup_are_kept(make_site: SiteMaker) -> None:
    name = "<b>{{ 7*7 }}</b> Nguyễn مستشفى 医院 & “x” " + "y" * 200
    site = load_site(make_site((F, "name: Mill Hill Hospital", f"name: '{name[:200]}'")))
    assert site.facility.name == name[:200]


@pytest.mark.parametrize(
    ("one", "two", "clash"), [((1, 50), (50, 60), True), ((1, 50), (51, 60), False), ((1, 50), (10, 20), True)]
)
def test_blocks_of_numbers_never_overlap(
    make_site: SiteMaker, one: tuple[int, int], two: tuple[int, int], clash: bool
) -> None:
    def block(first: int, last: int) -> str:
        return f"first: {first}, last: {last}"

    other = WARD.replace("id: ward", "id: ed").replace("name: Ward", "name: ED")
    root = make_site((W, "first: 1, last: 50", block(*one)), ed=other.replace("first: 1, last: 50", block(*two)))
    found = findings_of(root)
    assert len(found) == clash
    assert all("two patients would carry one number" in line for line in found)


def test_the_same_serials_under_another_prefix_do_not_overlap(make_site: SiteMaker) -> None:
    other = WARD.replace("id: ward", "id: ed").replace("prefix: DT", "prefix: DE")
    assert findings_of(make_site(ed=other)) == []


def test_an_id_stands_in_one_file_only(make_site: SiteMaker) -> None:
    found = findings_of(make_site(ward2=WARD))
    assert len(found) == 1
    assert "ward2.yaml:1: error: the id “ward” stands in departments/ward.yaml too" in found[0]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda root: root / "nowhere", "no such folder"),
        (lambda root: root / "facility.yaml", "a site is a folder"),
        (lambda root: root / "departments", "facility.yaml is missing"),
    ],
)
def test_the_wrong_folder_gets_one_clear_error(make_site: SiteMaker, make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(ConfigError, match=says) as caught:
        load_site(make(make_site()))
    assert len(caught.value.findings) == 1


def test_files_that_would_silently_not_be_read_are_told(make_site: SiteMaker) -> None:
    root = make_site()
    (root / "contact.yaml").write_text("a: b")
    (root / "departments" / "ed.yml").write_text("a: b")
    (root / "departments" / "._ward.yaml").write_bytes(b"\x00\x05\x16\x07")  # what macOS leaves on a USB stick
    found = findings_of(root)
    assert len(found) == 2
    assert "did you mean “contacts.yaml”?" in found[0]
    assert "rename it to ed.yaml" in found[1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"# nothing\n", "only comments"),
        (b"id: ward\n\tname: x\n", "a tab stands at the start"),
        ("name: Zürich".encode("latin-1"), "not UTF-8"),
        (b"a: &x [1]\nb: [*x, *x]\n", "an alias"),
        (b"a: !!python/object:os.system x\n", "is not read"),
        (b"id: " + b"x" * 5_000_000, "5,000,004 bytes"),
        (b"- a\n- b\n", "the file is"),
        (b"just words", "the file is"),
        (b"\x00\x01\x02", "not YAML"),
    ],
)
def test_what_is_no_configuration_gets_one_error(make_site: SiteMaker, content: bytes, says: str) -> None:
    root = make_site()
    (root / "departments" / "ward.yaml").write_bytes(content)
    found = findings_of(root)
    mine = [line for line in found if "ward.yaml" in line]
    assert len(mine) == 1
    assert says in mine[0]


def test_an_unknown_department_names_the_nearest(make_site: SiteMaker) -> None:
    with pytest.raises(UsageError, match="did you mean “ward”"):
        load_site(make_site()).department("wrad")
