"""What all pages share: headers, errors in plain words, no markup from names."""

from __future__ import annotations

import logging
import re

from desk_help import words
from django.test import Client

from downtime.desk.accounts.roles import Role
from downtime.desk.web.logs import PlacesOnly


def test_every_answer_forbids_foreign_scripts_and_caches(db, signed_in):
    for answer in (Client().get("/sign-in"), signed_in(Role.AUDITOR).get("/audit/"), Client().get("/nothing")):
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"


def test_no_page_holds_a_script_or_style_of_its_own(signed_in):
    page = words(signed_in(Role.AUDITOR).get("/audit/"))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_a_name_is_text_wherever_it_stands(new_person, signed_in):
    user = new_person(Role.AUDITOR, username="ida")
    user.name = "Ida <script>alert(1)</script>{{1234567*9}}"
    user.save()
    page = words(signed_in(user=user).get("/audit/"))
    assert "I. &lt;script&gt;alert(1)&lt;/script&gt;{{1234567*9}}" in page
    # A product of eight digits: a shorter one stands in a random token now and then.
    assert "<script>alert" not in page and "11111103" not in page


def test_errors_say_what_to_do(signed_in, settings):
    client = signed_in(Role.AUDITOR)
    missing = client.get("/nothing/here")
    assert missing.status_code == 404 and "Check the page code" in words(missing)
    part = client.get("/nothing/here", headers={"HX-Request": "true"})
    assert part.status_code == 404 and "<html" not in words(part)
    strange = Client(headers={"host": "elsewhere.example"}).get("/sign-in")
    assert strange.status_code == 400


def test_a_log_line_says_where_and_never_what():
    name = "".join(("OKA", "FOR"))
    try:
        raise ValueError(name)
    except ValueError:
        record = logging.LogRecord("desk", logging.ERROR, "", 0, "for %s", ("OKAFOR",), __import__("sys").exc_info())
    PlacesOnly().filter(record)
    said = logging.Formatter().format(record)
    assert "ValueError" in said and "test_pages_alike" in said and "OKAFOR" not in said
    request = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", ("/OKAFOR",), None)
    PlacesOnly().filter(request)
    assert "OKAFOR" not in logging.Formatter().format(request)
