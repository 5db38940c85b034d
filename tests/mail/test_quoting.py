"""What is new in a mail, as the programs that people use write it. In doubt everything stays."""

from __future__ import annotations

import pytest

from desk.mail.markup import text_of
from desk.mail.quoting import new_text

OLD = "Kunt u een schermafdruk sturen?"
HEADER_NL = f"Van: Supportafdeling <desk@example.nl>\nVerzonden: dinsdag 16 juni 2026 10:00\nAan: Wil\nOnderwerp: RE: M26-00001\n\n{OLD}"
HEADER_EN = f"From: Support <desk@example.nl>\nSent: Tuesday, June 16, 2026 10:00 AM\nTo: Wil\nSubject: RE: M26-00001\n\n{OLD}"

PLAIN = {
    "Gmail": f"Hierbij.\n\nOp di 16 jun 2026 om 10:00 schreef Supportafdeling <\ndesk@example.nl>:\n\n> {OLD}\n>\n> Noor\n",
    "Gmail, English": f"Hierbij.\n\nOn Tue, Jun 16, 2026 at 10:00 AM Support <desk@example.nl> wrote:\n\n> {OLD}\n",
    "Apple Mail": f"Hierbij.\n\n> Op 16 jun 2026, om 10:00 heeft Support <desk@example.nl> het volgende geschreven:\n>\n> {OLD}\n",
    "iPhone": f"Hierbij.\n\nVerstuurd vanaf mijn iPhone\n\n> Op 16 jun 2026 om 10:00 heeft Support <desk@example.nl> het volgende geschreven:\n> \n> \ufeff{OLD}\n",
    "Apple, not marked": f"Hierbij.\n\nOp 16 jun. 2026 om 10:00 heeft Support <desk@example.nl> het volgende geschreven:\n\n{OLD}\n",
    "Thunderbird": f"Hierbij.\n\nOp 16-06-2026 om 10:00 schreef Support:\n> {OLD}\n",
    "Roundcube": f"Hierbij.\n\nSupport schreef op 2026-06-16 10:00:\n> {OLD}\n",
    "Outlook": f"Hierbij.\n\n{HEADER_NL}",
    "Outlook, English": f"Hierbij.\n\n{HEADER_EN}",
    "Outlook on the web": f"Hierbij.\n\n________________________________\n{HEADER_NL}",
    "Outlook of old": f"Hierbij.\n\n-----Oorspronkelijk bericht-----\n{HEADER_NL}",
    "Outlook of old, English": f"Hierbij.\n\n-----Original Message-----\n{HEADER_EN}",
    "Outlook on a telephone": f"Hierbij.\n\nOutlook voor iOS<https://aka.ms/o0ukef> downloaden\n________________________________\n{HEADER_NL}",
    "Samsung": f"Hierbij.\n\n-------- Oorspronkelijk bericht --------\nVan: Support <desk@example.nl>\n{OLD}",
    "bold headers": f"Hierbij.\n\n*Van:* Support\n*Verzonden:* dinsdag 16 juni 2026\n*Aan:* Wil\n*Onderwerp:* RE: x\n\n{OLD}",
    "below the question": f"Op 16-06-2026 om 10:00 schreef Support:\n> {OLD}\n\nHierbij.\n",
    "signature": "Hierbij.\n\n-- \nWil Voorbeeld\nPraktijkmanager\n",
    "signature above the question": f"Hierbij.\n\n-- \nWil\n\nOp 16-06-2026 om 10:00 schreef Support:\n> {OLD}\n",
    "Windows line ends": f"Hierbij.\r\n\r\nOp 16-06-2026 om 10:00 schreef Support:\r\n> {OLD}\r\n",
}  # fmt: skip
HTML = {
    "Gmail": f'<div dir="ltr">Hierbij.</div><br><div class="gmail_quote"><div class="gmail_attr">Op di 16 jun 2026 om 10:00 schreef Support &lt;<a href="mailto:x">desk@example.nl</a>&gt;:<br></div><blockquote class="gmail_quote"><div>{OLD}</div></blockquote></div>',
    "Apple Mail": f'<html><body>Hierbij.<br><div><br><blockquote type="cite"><div>Op 16 jun 2026, om 10:00 heeft Support het volgende geschreven:</div><br><div>{OLD}</div></blockquote></div></body></html>',
    "Thunderbird": f'<p>Hierbij.</p><div class="moz-cite-prefix">Op 16-06-2026 om 10:00 schreef Support:<br></div><blockquote type="cite">{OLD}</blockquote>',
    "Outlook": f'<div class="WordSection1"><p class="MsoNormal">Hierbij.</p><div><p><b>Van:</b> Support &lt;desk@example.nl&gt;<br><b>Verzonden:</b> dinsdag 16 juni 2026 10:00<br><b>Aan:</b> Wil<br><b>Onderwerp:</b> x</p></div><p>{OLD}</p></div>',
    "Outlook on the web": f'<div>Hierbij.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Support<br><b>Sent:</b> Tuesday<br><b>To:</b> Wil<br><b>Subject:</b> x</div><div>{OLD}</div>',
}  # fmt: skip


@pytest.mark.parametrize("name", PLAIN)
def test_the_answered_mail_is_left_out(name: str) -> None:
    assert new_text(PLAIN[name]) == "Hierbij."


@pytest.mark.parametrize("name", HTML)
def test_so_it_is_in_html(name: str) -> None:
    assert new_text(text_of(HTML[name])) == "Hierbij."


KEPT = {
    "answers between the lines": f"Zie onder.\n\nOp 16-06-2026 om 10:00 schreef Support:\n> {OLD}\nHierbij.\n> En welke browser?\nFirefox.\n",
    "answers between the lines, nothing above": "Op 16-06-2026 om 10:00 schreef Support:\n> Een?\nJa.\n> Twee?\nNee.\n",
    "text above and below": f"Zie onder.\n\nOp 16-06-2026 om 10:00 schreef Support:\n> {OLD}\n\nEn nog iets.\n",
    "forwarded by Gmail": f"Wat nu?\n\n---------- Forwarded message ---------\nVan: X <x@elders.example>\nDate: di 16 jun 2026\nSubject: y\nTo: z\n\n{OLD}",
    "forwarded by Apple": f"Wat nu?\n\nBegin doorgestuurd bericht:\n\n> Van: X\n> Onderwerp: y\n> {OLD}",
    "nothing but a quote": f"{HEADER_NL}",
    "an ordinary sentence": "Op maandag 15 juni schreef de huisarts een verwijzing.\nDie zien wij niet.",
    "a list of who and when": "Van: afdeling A\nwordt: afdeling B\nGraag vandaag.",
    "a table": "Naam | Aantal\n-----------\nA | 3",
    "a log": "> systemctl status\n> failed\nDit zien wij op het scherm.",
}


@pytest.mark.parametrize("name", KEPT)
def test_in_doubt_everything_stays(name: str) -> None:
    assert new_text(KEPT[name]) == KEPT[name].strip()


def test_a_mail_that_is_forwarded_keeps_what_it_forwards() -> None:
    text = f"Wat nu?\n\n{HEADER_NL}"
    assert new_text(text, "FW: verwijzing") == new_text(text, "Doorst: verwijzing") == text
    assert new_text(text, "RE: verwijzing") == "Wat nu?"
