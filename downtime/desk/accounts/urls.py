"""The addresses of accounts."""

from django.urls import path

from downtime.desk.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in", views.sign_in, name="login"),
    path("sign-in/again", views.sign_in_again, name="again"),
    path("sign-out", views.sign_out, name="logout"),
    path("setup/<str:token>", views.set_up, name="setup"),
    path("password", views.password, name="password"),
    path("theme", views.theme, name="theme"),
]
