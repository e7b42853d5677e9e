"""The addresses of the inbox."""

from django.urls import path

from downtime.desk.inbox import page_views, pictures, views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("live", views.live, name="live"),
    path("upload", views.upload, name="upload"),
    path("find", views.find, name="find"),
    path("<int:number>", page_views.page, name="page"),
    path("<int:number>/code", page_views.type_code, name="type_code"),
    path("<int:number>/choose", page_views.choose, name="choose"),
    path("<int:number>/search", page_views.search, name="search"),
    path("<int:number>/decide", page_views.decide, name="decide"),
    path("<int:number>/picture/<str:kind>", pictures.picture, name="picture"),
]
