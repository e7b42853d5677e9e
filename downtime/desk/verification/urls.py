"""The addresses of verification."""

from django.urls import path

from downtime.desk.verification import decide_views, trace_views, views

app_name = "verification"
urlpatterns = [
    path("", views.sheets, name="queue"),
    path("next", views.begin, name="next"),
    path("<int:number>", views.sheet, name="sheet"),
    path("<int:number>/save", views.save_field, name="save"),
    path("<int:number>/take-over", views.take_over, name="take_over"),
    path("<int:number>/leave", views.leave, name="leave"),
    path("<int:number>/done", views.done, name="done"),
    path("differences", decide_views.sheets, name="differences"),
    path("differences/<int:number>", decide_views.sheet, name="decide"),
    path("verified", trace_views.sheets, name="verified"),
    path("verified/<int:number>", trace_views.sheet, name="trace"),
    path("verified/<int:number>/correct", trace_views.correction, name="correct"),
]
