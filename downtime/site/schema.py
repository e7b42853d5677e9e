"""The JSON Schema of a site folder's files, so that an editor completes keys and underlines mistakes while typing."""

from __future__ import annotations

from typing import Any

from downtime.site.approvals import Approvals
from downtime.site.contacts import Contacts
from downtime.site.department import Department
from downtime.site.facility import Facility
from downtime.textyaml import TextModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FILES: dict[str, type[TextModel]] = {
    "facility.yaml": Facility,
    "departments/*.yaml": Department,
    "contacts.yaml": Contacts,
    "approvals.yaml": Approvals,
}


def site_schema() -> dict[str, Any]:
    """The JSON Schema of each kind of file, by the pattern of its name; each stands on its own."""
    return {
        name: {"$schema": DIALECT, **_for_editors(model.model_json_schema(by_alias=True))}
        for name, model in _FILES.items()
    }


def _for_editors(node: Any) -> Any:
    """Let an editor take the unquoted 0700, 04, 3 or no for text, and "8" for a number, as this program does.

    An editor reads YAML with types; here every scalar is text until its key says what it is.
    """
    if isinstance(node, list):
        return [_for_editors(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node and {"type": "null"} in node["anyOf"]:
        # A key that may be left out is still not to be left empty.
        rest = [option for option in node["anyOf"] if option != {"type": "null"}]
        node = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
        node |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    relaxed = {key: _for_editors(value) for key, value in node.items()}
    if "patternProperties" in node:
        relaxed.setdefault("additionalProperties", False)
    fixed = "enum" in node or "const" in node
    if node.get("type") == "string" and not fixed:
        relaxed["type"] = ["string", "number", "boolean"]
    elif node.get("type") == "boolean":
        return {**relaxed, "type": ["boolean", "string"]}
    return relaxed
