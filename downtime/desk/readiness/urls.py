"""The addresses of readiness."""

from django.urls import path

from downtime.desk.readiness import form_views, views

app_name = "readiness"
urlpatterns = [
    path("", views.board, name="board"),
    path("place", views.place_packet, name="place"),
    path("check", views.ask_check, name="check"),
    path("findings", views.findings, name="findings"),
    path("forms", form_views.forms, name="forms"),
    path("forms/<slug:department>/<slug:form>", form_views.preview, name="preview"),
]
