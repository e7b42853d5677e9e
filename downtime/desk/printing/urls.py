"""The addresses of printing."""

from django.urls import path

from downtime.desk.printing import views

app_name = "printing"
urlpatterns = [
    path("", views.overview, name="list"),
    path("live", views.live, name="live"),
    path("packet", views.packet, name="packet"),
    path("kit", views.kit, name="kit"),
    path("<int:number>/pdf", views.download, name="download"),
]
