"""Matching patients: numbers without a record, sheets without a patient, registration's list, joins and partings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from downtime.desk.audit.chain import record_alone
from downtime.desk.patients import matching, queries
from downtime.desk.patients.comparing import Told, points
from downtime.desk.patients.models import MatchProposal, MatchState
from downtime.desk.patients.registration_list import COLUMNS, MOST_BYTES, BadList, read_bytes
from downtime.desk.store.models import Patient, PatientLink, Sheet
from downtime.desk.store.patients import CannotJoinError, all_names_of, part, patient_of_number
from downtime.desk.store.sheets import give_patient
from downtime.desk.verification.views import whole_number
from downtime.desk.web.people import person


@require_safe
def unmatched(request: HttpRequest) -> HttpResponse:
    """What waits for a match: proposals, downtime numbers without a record number, sheets without a patient."""
    after, of_nobody = whole_number(request.GET.get("after", "")), "sheets" in request.GET
    found, more = queries.sheets_of_nobody(after) if of_nobody else queries.unmatched_numbers(after)
    waiting = MatchProposal.objects.filter(state=MatchState.WAITING).select_related("retired", "survivor", "first_by")
    proposals = [
        (item, points(queries.told_of(item.retired), queries.told_of(item.survivor)))
        for item in waiting.order_by("pk")[: queries.A_PAGE]
    ]
    context = {
        "found": found, "next_after": after + len(found) if more else None, "of_nobody": of_nobody,
        "proposals": proposals,
    }  # fmt: skip
    return render(request, "patients/list.html", context)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """People by number, name or date of birth; `for` and `sheet` say what the found one is looked for."""
    text = request.POST.get("text", "")[:200]
    context = {
        "found": queries.search(text), "text": text, "joined": whole_number(request.POST.get("for", "")),
        "sheet": whole_number(request.POST.get("sheet", "")),
    }  # fmt: skip
    return render(request, "patients/found.html", context)


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One person: all names, their sheets, what was joined and parted, and who else could be meant."""
    row = get_object_or_404(Patient, pk=number)
    names = all_names_of(row)
    record_alone(person(request), "patient.opened", f"patient:{row.pk}")
    numbers = [name.pk for name in names]
    sheets = Sheet.objects.filter(patient__in=numbers).select_related("kit", "patient").order_by("rank", "pk")
    told = queries.told_of(names[0])
    context = {
        "row": row, "names": names, "sheets": sheets[:100],
        "links": PatientLink.objects.filter(retired__in=numbers).select_related("retired", "survivor", "by"),
        "suggestions": [s for s in queries.suggestions([told])[0] if s.patient.pk not in numbers],
    }  # fmt: skip
    return render(request, "patients/person.html", context)


@require_POST
def say_join(request: HttpRequest, number: int) -> HttpResponse:
    """Say that this name and another one are the same person."""
    other = whole_number(request.POST.get("other", ""), most=2**62)
    try:
        joined = matching.say_same(number, other, person(request), request.POST.get("why", ""))
    except CannotJoinError as error:
        messages.warning(request, str(error))
    else:
        _tell(request, joined)
    return redirect("patients:person", number=number)


@require_POST
def say_part(request: HttpRequest, number: int) -> HttpResponse:
    """Take a join back: its sheets are the first name's alone again."""
    get_object_or_404(Patient, pk=number)
    try:
        part(number, person(request), request.POST.get("why", ""))
        messages.success(request, "The match is taken back. The sheets of this number are its own again.")
    except CannotJoinError as error:
        messages.warning(request, str(error))
    return redirect("patients:person", number=number)


@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm a proposed match, or refuse it with a reason."""
    get_object_or_404(MatchProposal, pk=number)
    try:
        if request.POST.get("answer") == "same":
            _tell(request, matching.confirm(number, person(request)))
        else:
            matching.refuse(number, person(request), request.POST.get("why", ""))
            messages.success(request, "Noted: not the same person.")
    except CannotJoinError as error:
        messages.warning(request, str(error))
    return redirect("patients:list")


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest) -> HttpResponse:
    """Registration's list, pasted or as a file: each line becomes a match that waits for a person."""
    if request.method != "POST":
        return render(request, "patients/registration.html", {"columns": COLUMNS, "faults": (), "taken": None})
    upload = request.FILES.get("file")
    raw = upload.read(MOST_BYTES + 1) if upload is not None else request.POST.get("list", "").encode("utf-8")
    rows = read_bytes(raw)
    context: dict[str, object] = {"columns": COLUMNS, "faults": (), "taken": None}
    if isinstance(rows, BadList):
        return render(request, "patients/registration.html", context | {"faults": rows.faults}, status=422)
    return render(request, "patients/registration.html", context | {"taken": matching.take_in(rows, person(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Whose sheet this is: what was written on it, who could be meant; a POST says it."""
    found = get_object_or_404(Sheet.objects.select_related("kit", "patient"), pk=number)
    told = queries.written_on([(found.pk, found.pk)]).get(found.pk, Told())
    user = person(request)
    if request.method == "POST":
        chosen = whole_number(request.POST.get("patient", ""), most=2**62)
        if chosen:
            patient = get_object_or_404(Patient, pk=chosen)
        elif told.number:
            patient = patient_of_number(
                told.number, user, "page", name=told.name, birth_date=told.birth_date, sex=told.sex[:20]
            )
        else:
            messages.warning(request, "No number stands on this sheet. Search for the patient.")
            return redirect("patients:sheet", number=number)
        give_patient(found.pk, patient, user, why=request.POST.get("why", ""))
        messages.success(request, "The sheet has its patient.")
        return redirect("patients:sheet", number=number)
    record_alone(user, "sheet.opened", f"sheet:{found.pk}")
    scan = found.scans.filter(in_use=True).order_by("page").first()
    context = {"sheet": found, "told": told, "suggestions": queries.suggestions([told])[0], "scan": scan}
    return render(request, "patients/sheet.html", context)


def _tell(request: HttpRequest, joined: bool) -> None:
    if joined:
        messages.success(request, "They are one person now; all sheets follow. It can be taken back.")
    else:
        messages.info(request, "Noted. These are two record numbers, so a second person must say the same.")
