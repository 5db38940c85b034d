"""Addresses of the trail."""

from django.urls import path

from privacy.logbook import views

urlpatterns = [
    path("privacy/logboek/", views.search, name="logbook"),
    path("privacy/logboek/export.csv", views.export, name="logbook_export"),
    path("portaal/logboek/", views.portal, name="portal_logbook"),
    path("portaal/logboek/export.csv", views.portal_export, name="portal_logbook_export"),
]
