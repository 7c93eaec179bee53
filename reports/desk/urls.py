"""Addresses of the desk's pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reports.desk import views


class CodeConverter(StringConverter):
    """A code of an organisation or a member's number; anything else is no address here."""

    regex = r"\w[\w.-]*"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("", views.home, name="home"),
    path("branches/<code:code>/scores/", views.branch_scores, name="branch_scores"),
    path("branches/<code:code>/print/", views.branch_print, name="branch_print"),
    path("members/<code:number>/scores/<int:year>/", views.member_scores, name="member_scores"),
]
