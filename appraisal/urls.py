"""Addresses of the appraisal app's own pages."""

from django.urls import path

import members.urls  # noqa: F401  # brings along the form of a code
from appraisal.views import ballots, counts

urlpatterns = [
    path("branches/<code:code>/ballots/<int:year>/", ballots.ballot, name="ballot"),
    path("ballots/<int:pk>/opinions/", ballots.opinions, name="ballot_opinions"),
    path("ballots/<int:pk>/count/", counts.count_page, name="ballot_count"),
    path("ballots/<int:pk>/count/confirm/", counts.confirm, name="ballot_confirm"),
    path("ballots/<int:pk>/count/void/", counts.recount, name="ballot_recount"),
    path("ballots/<int:pk>/count/sheet/", counts.sheet, name="ballot_sheet"),
]
