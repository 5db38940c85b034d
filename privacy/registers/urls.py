"""Addresses of the registers: those of staff, and the contractant's."""

from django.urls import path

from privacy.registers import views

urlpatterns = [
    path("privacy/verwerkingen/", views.processing, name="processing"),
    path("privacy/maatregelen/", views.measures, name="measures"),
    path("portaal/privacy/", views.portal, name="portal"),
    path("portaal/privacy/verwerkingen/", views.portal_processing, name="portal_processing"),
    path("portaal/privacy/maatregelen/", views.portal_measures, name="portal_measures"),
]
