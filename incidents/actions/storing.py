"""What several actions store in the same way: files, and the words to search by."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from desk.models import Upload, User
from incidents.models import Attachment, Melding, Message

# Rebuilt whole from a bounded text, so that it can neither drift nor outgrow a tsvector (1 MB).
INDEX = """
UPDATE incidents_melding SET
    search_all = to_tsvector('dutch', left(own.words || ' ' || coalesce(talk.words, ''), 200000)),
    search_public = to_tsvector('dutch', left(own.words || ' ' || coalesce(talk.public_words, ''), 200000))
FROM (
    SELECT m.id, concat_ws(' ', m.number, m.subject, m.description, m.goal, m.solution,
                           m.reporter_name, c.name, s.name) AS words
    FROM incidents_melding m
    LEFT JOIN contractants_contractant c ON c.id = m.contractant_id
    LEFT JOIN contractants_service s ON s.id = m.service_id
) own
LEFT JOIN LATERAL (
    SELECT string_agg(body, ' ' ORDER BY id DESC) AS words,
           string_agg(body, ' ' ORDER BY id DESC) FILTER (WHERE visibility = 'public') AS public_words
    FROM incidents_message WHERE melding_id = own.id
) talk ON true
WHERE incidents_melding.id = own.id AND own.id = ANY(%s)
"""


def index(*meldingen: Melding) -> None:
    """Make the words of these Meldingen findable; internal notes only for who may read them."""
    index_ids([melding.pk for melding in meldingen])


def index_ids(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INDEX, [ids])


def store_files(
    melding: Melding, files: list[Upload], types: list[str], *, by: User | None, at: datetime,
    message: Message | None = None, visibility: str = Message.Visibility.PUBLIC,
) -> list[Attachment]:  # fmt: skip
    """Keep uploads that `desk.attachments.check` gave `types`; within the caller's transaction."""
    return Attachment.keep(
        files, types, melding=melding, message=message, author=by, at=at, visibility=visibility
    )
