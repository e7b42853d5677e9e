"""The addresses of the audit log."""

from django.urls import path

from downtime.desk.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.lines, name="list"),
]
