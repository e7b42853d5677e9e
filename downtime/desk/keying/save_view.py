"""Saving a field: the one address that the keying script talks to. It answers in JSON."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from downtime.desk.fields.moments import Unclear
from downtime.desk.keying.saving import Typed, save
from downtime.desk.store.entries import NotInYourHandsError
from downtime.desk.store.models import Sheet
from downtime.desk.web.people import person


@require_POST
def save_field(request: HttpRequest, number: int) -> JsonResponse:
    """Store one field: 200 with the value in its form, 422 where it is unclear, 409 where the sheet is not one's."""
    sheet = get_object_or_404(Sheet.objects.select_related("kit"), pk=number)
    typed = Typed(
        field=request.POST.get("field", ""),
        kind=request.POST.get("kind", ""),
        value=request.POST.get("value", ""),
        token=request.POST.get("token", ""),
        confirmed=request.POST.get("confirmed") == "yes",
        read=request.POST.get("read") == "yes",
    )
    try:
        result = save(sheet, typed, person(request))
    except NotInYourHandsError as taken:
        holder = taken.holder or "nobody"
        do = f"It is in the hands of {holder} now. What you saved before is kept; open the sheet again to go on."
        return JsonResponse({"why": "This sheet is no longer yours.", "do": do}, status=409)
    if isinstance(result, Unclear):
        return JsonResponse({"why": f"{result.why}.", "do": f"{result.do[:1].upper()}{result.do[1:]}."}, status=422)
    entry = result.entry
    return JsonResponse(
        {
            "kind": entry.kind,
            "value": entry.value,
            "ask": result.ask,
            "at": timezone.localtime(entry.at).strftime("%H:%M:%S"),
        }
    )
