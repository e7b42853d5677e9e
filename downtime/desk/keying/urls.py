"""The addresses of keying."""

from django.urls import path

from downtime.desk.keying import save_view, views

app_name = "keying"
urlpatterns = [
    path("", views.sheets, name="queue"),
    path("next", views.begin, name="next"),
    path("<int:number>", views.sheet, name="sheet"),
    path("<int:number>/save", save_view.save_field, name="save"),
    path("<int:number>/take-over", views.take_over, name="take_over"),
    path("<int:number>/leave", views.leave, name="leave"),
    path("<int:number>/done", views.done, name="done"),
]
