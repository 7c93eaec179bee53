"""Addresses of the scoring app's own pages."""

from django.urls import path

import members.urls  # noqa: F401  # brings along the form of a code
from scoring.views import activities, attendance, care, dues, judged, quick, standing

urlpatterns = [
    path("activities/new/", activities.new, name="activity_new"),
    path("activities/<int:pk>/", activities.edit, name="activity_edit"),
    path("activities/<int:pk>/held/", activities.hold, name="activity_hold"),
    path("activities/<int:pk>/file/", activities.attachment, name="activity_file"),
    path("activities/<int:pk>/file/new/", activities.attach, name="activity_attach"),
    path("activities/<int:pk>/file/remove/", activities.detach, name="activity_detach"),
    path("activities/<int:pk>/attendance/", attendance.page, name="attendance"),
    path("activities/<int:pk>/attendance/template/", attendance.template, name="attendance_template"),
    path("branches/<code:code>/quick/", quick.quick_rows, name="quick_rows"),
    path("branches/<code:code>/dues/<int:year>/", dues.dues_grid, name="dues_grid"),
    path("branches/<code:code>/standing/", standing.standing_rows, name="standing_rows"),
    path("branches/<code:code>/care/<int:year>/", care.care_visits, name="care_visits"),
    path("branches/<code:code>/judged/<int:year>/", judged.judged_grid, name="judged_grid"),
]
