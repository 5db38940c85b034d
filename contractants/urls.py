"""The portal's pages about the contractant's own people."""

from django.urls import path

from contractants import views

app_name = "contractants"
urlpatterns = [
    path("portaal/contactpersonen/", views.contacts, name="contacts"),
    path("portaal/contactpersonen/nieuw/", views.new, name="contact_new"),
    path("portaal/contactpersonen/<int:contact_id>/", views.change, name="contact"),
    path("portaal/contactpersonen/<int:contact_id>/afmelden/", views.remove, name="contact_remove"),
    path("portaal/contactpersonen/<int:contact_id>/overdragen/", views.pass_on, name="contact_pass_on"),
]
