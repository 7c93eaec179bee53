"""Addresses of the desk's pages."""

from django.urls import path

import members.urls  # noqa: F401  # brings along the form of a code
from reports.desk.views import (
    adjustment,
    analysis,
    ballots,
    branch,
    derivation,
    guides,
    home,
    notices,
    outcome,
    person,
    review,
    roster,
    schemes,
    search,
    sign_in,
    year,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("branches/<code:code>/scores/", branch.branch_scores, name="branch_scores"),
    path("branches/<code:code>/scores/workbook/", branch.branch_workbook, name="branch_workbook"),
    path("branches/<code:code>/analysis/", analysis.branch_analysis, name="branch_analysis"),
    path("branches/<code:code>/analysis/workbook/", analysis.analysis_workbook, name="analysis_workbook"),
    path("branches/<code:code>/print/", branch.branch_print, name="branch_print"),
    path("search/", search.search_page, name="search"),
    path("members/<code:number>/", person.member, name="member"),
    path("members/<code:number>/card/", person.member_card, name="member_card"),
    path("activities/<int:activity>/sign-in/", sign_in.sign_in_sheet, name="sign_in_sheet"),
    path("ballots/<int:meeting>/print/<slug:kind>/", ballots.ballot_print, name="ballot_print"),
    path("branches/<code:code>/adjustment/", adjustment.adjustment, name="branch_adjustment"),
    path("branches/<code:code>/roster/", roster.branch_roster, name="branch_roster"),
    path("members/<code:number>/scores/<int:year>/", derivation.member_scores, name="member_scores"),
    *(
        path(f"members/<code:number>/{way}/", roster.guided, {"step": name}, name=name)
        for way, name in (
            ("transfer", "member_transfer"),
            ("role", "member_role"),
            ("ending", "member_ending"),
            ("leave", "member_leave"),
            ("leave/ending", "member_leave_ending"),
            ("leave/correction", "member_leave_correction"),
        )
    ),
    path("branches/<code:code>/years/<int:year>/", year.branch_year, name="branch_year"),
    path("branches/<code:code>/years/<int:year>/review/", review.branch_review, name="branch_review"),
    path(
        "branches/<code:code>/years/<int:year>/submissions/<int:pk>/",
        year.branch_submission,
        name="branch_submission",
    ),
    path("branches/<code:code>/years/<int:year>/form/", year.branch_form, name="branch_form"),
    path("branches/<code:code>/notices/", notices.branch_notices, name="branch_notices"),
    path("branches/<code:code>/notices/<int:pk>/", notices.branch_notice, name="branch_notice"),
    path("branches/<code:code>/notices/<int:pk>/pdf/", notices.notice_paper, name="notice_paper"),
    path("branches/<code:code>/notices/<int:pk>/photo/", notices.notice_photo, name="notice_photo"),
    path("n/<slug:token>/", notices.notice_check, name="notice_check"),
    path("review/<int:year>/", review.review, name="review"),
    path("review/<int:year>/print/", review.review_print, name="review_print"),
    path("review/<int:year>/workbook/", review.review_workbook, name="review_workbook"),
    path("eligibility/<int:year>/", outcome.eligibility, name="eligibility"),
    path("eligibility/<int:year>/print/", outcome.eligibility_print, name="eligibility_print"),
    path("eligibility/<int:year>/workbook/", outcome.eligibility_workbook, name="eligibility_workbook"),
    path("cases/", outcome.cases, name="cases"),
    path("cases/<int:pk>/", outcome.case, name="case"),
    path("guide/", guides.guides, name="guides"),
    path("guide/<slug:audience>/<slug:slug>/", guides.guide_task, name="guide_task"),
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/<code:code>/<int:version>/", schemes.scheme, name="scheme"),
    path("schemes/<code:code>/<int:version>/file/", schemes.scheme_file, name="scheme_file"),
]
