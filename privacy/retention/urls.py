"""Addresses of retention and legal holds."""

from django.urls import path

from privacy.retention import views

urlpatterns = [
    path("privacy/bewaren/", views.retention, name="retention"),
    path("privacy/vasthouden/", views.legal_holds, name="holds"),
    path("privacy/vasthouden/bij-melding/", views.beside, name="hold_beside"),
    path("privacy/vasthouden/<int:hold>/opheffen/", views.lift, name="hold_lift"),
]
