"""Addresses for contractants and for whoever has not signed in."""

from django.urls import path

from incidents.views import contractant, files, public, structural

urlpatterns = [
    path("start/", public.start, name="start"),
    path("melden/", public.report, name="report"),
    path("melden/prioriteit/", public.priority, name="report_priority"),
    path("melden/verzonden/", public.sent, name="report_sent"),
    path("melden/bevestigen/<str:token>/", public.confirm, name="confirm"),
    path("portaal/", contractant.meldingen, name="portal"),
    path("portaal/nieuw/", contractant.new, name="portal_new"),
    path("portaal/structureel/", structural.portal_failures, name="portal_failures"),
    path("portaal/structureel/<failure_number:failure>/", structural.portal_request, name="portal_request"),
    path("portaal/<number:number>/", contractant.melding, name="portal_melding"),
    path("portaal/<number:number>/<slug:verb>/", contractant.act, name="portal_act"),
    path("bijlagen/<uuid:public_id>/", files.attachment, name="attachment"),
]
