"""The addresses of patients: row numbers only; what is searched for travels in the body."""

from django.urls import path

from downtime.desk.patients import views

app_name = "patients"
urlpatterns = [
    path("", views.unmatched, name="list"),
    path("search", views.find, name="search"),
    path("registration", views.registration, name="registration"),
    path("matches/<int:number>", views.settle, name="settle"),
    path("sheets/<int:number>", views.sheet, name="sheet"),
    path("<int:number>", views.one, name="person"),
    path("<int:number>/join", views.say_join, name="join"),
    path("<int:number>/part", views.say_part, name="part"),
]
