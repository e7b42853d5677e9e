"""The addresses of the site editor."""

from django.urls import path

from downtime.desk.site_editor import views

app_name = "site_editor"
urlpatterns = [
    path("", views.files, name="list"),
    path("change/<int:number>", views.outcome, name="outcome"),
    path("file/<path:which>", views.file, name="file"),
]
