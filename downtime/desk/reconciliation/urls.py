"""The addresses of reconciliation."""

from django.urls import path

from downtime.desk.reconciliation import views

app_name = "reconciliation"
urlpatterns = [
    path("", views.overview, name="list"),
    path("<int:number>", views.kit, name="kit"),
    path("<int:number>/account", views.account, name="account"),
    path("<int:number>/report", views.report, name="report"),
    path("<int:number>/sign", views.sign, name="sign"),
    path("<int:number>/purge", views.remove_pictures, name="purge"),
]
