"""The addresses of what all pages share."""

from django.urls import path

from downtime.desk.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("alive", views.alive, name="alive"),
]
