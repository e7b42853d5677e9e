"""The pictures of pages, as browsers get them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from downtime.desk.store.models import ScannedPage
from downtime.desk.store.pictures import pictures
from downtime.errors import InputError

KINDS = ("straight", "picture", "thumbnail")
_TYPES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"))


@require_safe
def picture(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """One picture of a page: straightened, as it came in, or small."""
    if kind not in KINDS:
        raise Http404
    page = get_object_or_404(ScannedPage.objects.only(*KINDS), pk=number)
    name = getattr(page, kind)
    if not name:
        raise Http404
    try:
        content = pictures().get(name)
    except InputError:
        raise Http404 from None
    media_type = next((found for start, found in _TYPES if content.startswith(start)), "")
    if not media_type:
        raise Http404
    return HttpResponse(content, content_type=media_type)
