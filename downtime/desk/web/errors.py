"""Pages for what goes wrong: each says what happened and what to do, and nothing about how the program is built."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def problem(request: HttpRequest, status: int, what: str, do: str) -> HttpResponse:
    """A whole page, or for a part of a page a few words that stand where the part would be."""
    part = request.headers.get("HX-Request") == "true"
    template = "web/problem_part.html" if part else "web/problem.html"
    response = render(request, template, {"what": what, "do": do, "status": status}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that no page of the desk sends."""
    return problem(
        request,
        400,
        "The browser sent something that the desk does not understand.",
        "Go back, load the page again, and repeat the step.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return problem(request, 403, "This is not open to your account.", "Ask an administrator for the role you need.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was too old, or the form came from another place."""
    return problem(
        request,
        403,
        "This page was open too long, or came from somewhere else.",
        "Load the page again and repeat the step. What was saved is still there.",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return problem(
        request, 404, "There is nothing at this address.", "Check the page code or number, or begin at the start page."
    )


def failure(request: HttpRequest) -> HttpResponse:
    """500: a bug; what was saved before stays saved."""
    return problem(
        request,
        500,
        "This is a bug in the desk; what you saved before is safe.",
        "Try once more. If it happens again, tell whoever runs the desk the time and what you did.",
    )
