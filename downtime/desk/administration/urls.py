"""The addresses of administration."""

from django.urls import path

from downtime.desk.administration import backup_views, settings_views, user_views

app_name = "administration"
urlpatterns = [
    path("users", user_views.users, name="users"),
    path("users/<int:number>", user_views.user, name="user"),
    path("users/<int:number>/reset", user_views.reset, name="reset"),
    path("settings", settings_views.preferences, name="settings"),
    path("backup", backup_views.backup, name="backup"),
]
