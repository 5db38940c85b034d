"""Addresses of handing over and erasing."""

from __future__ import annotations

from django.urls import path

from privacy.handover import views

urlpatterns = [
    path("privacy/overdracht/", views.listed, name="handovers"),
    path("privacy/overdracht/<uuid:party>/", views.contractant, name="handover"),
    path("privacy/overdracht/<uuid:party>/maken/", views.make, name="handover_make"),
    path("privacy/overdracht/<uuid:party>/wissen/", views.plan, name="erasure_plan"),
    path("privacy/overdracht/<uuid:party>/goedkeuren/", views.approve, name="erasure_approve"),
    path("privacy/overdracht/<uuid:party>/intrekken/", views.withdraw, name="erasure_withdraw"),
    path("privacy/overdracht/bestand/<uuid:archive>/", views.download, name="handover_download"),
    path("privacy/gewist/<int:erasure>/", views.erasure, name="erasure"),
    path("portaal/overdracht/", views.portal, name="portal_handover"),
    path("portaal/overdracht/<uuid:archive>/", views.portal_download, name="portal_handover_download"),
]
