"""The site folder: a facility, its departments, contacts and approvals, read from YAML."""

from downtime.site.approvals import ApprovalGap, Approvals, ApprovalState, approval_state
from downtime.site.approvals_due import approval_findings
from downtime.site.contacts import Contact
from downtime.site.department import Department
from downtime.site.facility import Facility
from downtime.site.load import check_site, load_site
from downtime.site.model import Site
from downtime.site.phonetree import PhoneNode, PhoneTree, PhoneWay, Takeover, build_phone_tree
from downtime.site.quantities import PacketLine, SupplyLine, packet_quantities, supply_quantities

__all__ = [
    "ApprovalGap", "ApprovalState", "Approvals", "Contact", "Department", "Facility", "PacketLine", "PhoneNode",
    "PhoneTree", "PhoneWay", "Site", "SupplyLine", "Takeover", "approval_findings", "approval_state",
    "build_phone_tree", "check_site", "load_site", "packet_quantities", "supply_quantities",
]  # fmt: skip
