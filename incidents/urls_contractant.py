"""Addresses for contractants and for whoever has not signed in."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
