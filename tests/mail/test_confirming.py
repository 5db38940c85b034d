"""A stranger is asked to confirm in words that fit how they reported it: by mail, or with the form."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from desk.mail import intake
from desk.notices import deliver
from incidents import actions
from incidents.actions.mail import take
from incidents.actions.web_report import submit
from incidents.models import Channel
from tests import factories
from tests.mail.shapes import lines

pytestmark = pytest.mark.django_db


def report(channel: str) -> None:
    if channel == Channel.EMAIL:
        raw = lines("a", "kim@nergens.example")
        row = intake.keep(raw, mailbox="desk", at=timezone.now())
        intake.process(row, at=timezone.now(), handle=take)
    else:
        submit(_form(), at=timezone.now())


def _form() -> actions.Report:
    return factories.report(channel=Channel.WEB, reporter_email="kim@nergens.example")


@pytest.mark.parametrize(
    ("language", "channel", "says"),
    [
        ("nl", Channel.EMAIL, "kregen wij een bericht"),
        ("nl", Channel.WEB, "op onze website een melding gedaan"),
        ("en", Channel.EMAIL, "We received a message"),
        ("en", Channel.WEB, "was made on our website"),
    ],
)
def test_the_mail_and_the_page_say_how_it_came_in(
    client: Client, language: str, channel: str, says: str
) -> None:
    factories.load_policies()
    with translation.override(language):
        report(channel)
    deliver(timezone.now())
    body = str(mail.outbox[-1].body)
    assert says in body
    link = re.search(r"/melden/bevestigen/\S+", body)
    assert link
    page = client.get(link[0]).content.decode()
    assert ("gemaild" in page) == (channel == Channel.EMAIL)
    assert ("ingevuld" in page) == (channel != Channel.EMAIL)
