"""The addresses of the inbox."""

from django.urls import path

from downtime.desk.inbox import pictures

app_name = "inbox"
urlpatterns = [
    path("<int:number>/<str:kind>", pictures.picture, name="picture"),
]
