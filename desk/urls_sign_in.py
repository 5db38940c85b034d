"""The addresses of allauth that the desk uses. People are registered by the desk, so nobody manages their own
e-mail address or signs up; allauth still asks for the name of the address where one would."""

from allauth.account import views
from django.urls import include, path, re_path

from desk.account import notices, sessions
from desk.urls_second_step import staff

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("login/code/", views.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("berichten/", notices, name="account_notices"),
    path("aangemeld/", sessions, name="account_sessions"),
    path("tweede-stap/", include("desk.urls_second_step")),
    path("organisatie/", include("contractants.urls_own_sign_in")),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("password/change/", staff(views.password_change), name="account_change_password"),
    path("password/set/", staff(views.password_set), name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
