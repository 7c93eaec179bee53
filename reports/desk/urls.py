"""Addresses of the desk's pages."""

from django.urls import path

from reports.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("branches/<str:code>/scores/", views.branch_scores, name="branch_scores"),
    path("branches/<str:code>/print/", views.branch_print, name="branch_print"),
    path("members/<str:number>/scores/<int:year>/", views.member_scores, name="member_scores"),
]
