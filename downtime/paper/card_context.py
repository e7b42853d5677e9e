"""What a procedure card can print: the facility, the department, its words, numbers and forms.

templates/README.md lists these names for whoever edits a card; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

from downtime.library.procedures import Procedure
from downtime.site.department import Department
from downtime.site.facility import Facility
from downtime.site.phonetree import PhoneTree


def site_words(facility: Facility, department: Department) -> dict[str, str]:
    """The site's words for templates; a department's own go before the facility's."""
    return {**facility.words, **department.words}


def card_context(
    procedure: Procedure, facility: Facility, department: Department, tree: PhoneTree | None, titles: Mapping[str, str]
) -> dict[str, object]:
    """The variables of one card in one department; `titles` are the titles of all forms in the library by id."""
    return {
        "facility": facility,
        "department": department,
        "words": procedure.words(site_words(facility, department)),
        "numbers": phone_numbers(tree) if tree else [],
        "forms": {form: {"id": form, "title": title} for form, title in titles.items()},
        "packet": list(dict.fromkeys(entry.form.form for entry in department.packet.entries())),
    }


def phone_numbers(tree: PhoneTree) -> list[dict[str, object]]:
    """The people of a phone tree for tables: title, person, number to call out, first and second way, all ways."""
    return [
        {
            "number": node.number,
            "title": node.title,
            "person": node.person,
            "first": node.ways[0].text,
            "second": node.ways[1].text if len(node.ways) > 1 else "",
            "ways": [{"label": way.label, "text": way.text} for way in node.ways],
        }
        for node in tree.nodes
    ]
