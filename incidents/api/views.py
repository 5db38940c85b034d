"""Meldingen at their addresses. Each view reads through the gate, calls one action, and shows the result."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar

from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from contractants.models import Contact
from desk import attachments
from desk.api import Endpoint
from desk.etags import etag, version_in
from desk.idempotency import idempotent
from desk.models import Event
from desk.paging import Key
from desk.permissions import Role
from desk.tokens import InScope, OfTheDesk
from incidents import actions, clocks, queries
from incidents.api import bodies, shapes
from incidents.api.filters import MeldingFilters
from incidents.models import Attachment, Channel, Melding, Message

REPORTED = {part.name for part in fields(actions.Report)}
IN_ORDER = [Key("at"), Key("id")]


class MeldingEndpoint(Endpoint):
    """What happens under the number of one Melding."""

    def melding(self) -> Melding:
        """404 is the same for unknown and for not allowed."""
        try:
            return queries.get(self.user, self.kwargs["number"])
        except Melding.DoesNotExist:
            raise Http404 from None

    def show(self, melding: Melding, status: int = 200) -> Response:
        """The Melding as it is now, with the ETag for the next change."""
        now = queries.get(self.user, melding.number)
        data = shapes.MeldingDetail(now, context=self.get_serializer_context()).data
        headers = {"ETag": etag(now)}
        if status == 201:
            headers["Location"] = reverse("api:melding", args=[now.number])
        return Response(data, status, headers=headers)


class Meldingen(MeldingEndpoint):
    queryset = Melding.objects.none()
    filterset_class = MeldingFilters
    serializer_class = shapes.MeldingRow
    orderings = {
        "-received_at": [Key("received_at", descending=True), Key("id", descending=True)],
        "received_at": [Key("received_at"), Key("id")],
        "priority": [Key("priority"), Key("received_at"), Key("id")],
        "next_due_at": [Key("next_due_at", nullable=True), Key("id")],
    }

    @extend_schema(operation_id="list_meldingen", summary="Meldingen that the caller may see")
    def get(self, request: Request) -> Response:
        return self.page(Melding.objects.visible_to(self.user).select_related(*queries.ROW))

    @extend_schema(
        operation_id="create_melding", summary="Report a Melding", request=bodies.NewMelding,
        responses={201: shapes.MeldingDetail},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.report_of_contact() if self.user.role == Role.CONTACT else self.given(bodies.NewMelding)
        if given.get("contact"):
            given.setdefault("contractant", given["contact"].contractant)
        report = actions.Report(**{name: value for name, value in given.items() if name in REPORTED})
        melding = actions.register(
            report, by=self.user, at=timezone.now(), accept_missing=given.get("accept_missing", False),
            contacted=given.get("contacted", False),
        )  # fmt: skip
        return self.show(melding, 201)

    def report_of_contact(self) -> dict[str, Any]:
        own = Contact.objects.filter(user=self.user, is_active=True).select_related("contractant").first()
        return {**self.given(bodies.OwnMelding), "channel": Channel.PORTAL, "contact": own}


class OneMelding(MeldingEndpoint):
    serializer_class = shapes.MeldingDetail
    if_match = ("PATCH",)

    @extend_schema(operation_id="get_melding", summary="One Melding; its ETag is for If-Match")
    def get(self, request: Request, number: str) -> Response:
        return self.show(self.melding())

    @extend_schema(
        operation_id="change_facts", summary="Fill in or correct facts", request=bodies.Complete,
        responses=shapes.MeldingDetail,
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        melding = self.melding()
        actions.complete(
            melding, by=self.user, at=timezone.now(), version=version_in(request, melding),
            **self.given(bodies.Complete),
        )  # fmt: skip
        return self.show(melding)


class Transition(MeldingEndpoint):
    """One class for all: the body and the action are those of `verb`."""

    verb: ClassVar[str] = ""
    if_match = ("POST",)

    def get_serializer_class(self) -> Any:
        return bodies.VERBS[self.verb].body

    @idempotent
    def post(self, request: Request, number: str) -> Response:
        melding, verb = self.melding(), bodies.VERBS[self.verb]
        done = verb.action(
            melding, by=self.user, at=timezone.now(), version=version_in(request, melding),
            **self.given(verb.body),
        )  # fmt: skip
        return self.show(done, 201) if verb.makes else self.show(melding)


class Messages(MeldingEndpoint):
    serializer_class = shapes.MessageShape
    orderings = {"at": IN_ORDER}
    queryset = Message.objects.none()

    @extend_schema(operation_id="list_messages", summary="The conversation, oldest first")
    def get(self, request: Request, number: str) -> Response:
        return self.page(self.visible(self.melding()))

    @extend_schema(
        operation_id="add_message", summary="Answer, or make an internal note", request=bodies.NewMessage,
        responses={201: shapes.MessageShape},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        melding, given = self.melding(), self.given(bodies.NewMessage)
        internal = given["visibility"] == Message.Visibility.INTERNAL
        say = actions.note if internal else actions.reply
        message = say(melding, by=self.user, at=timezone.now(), body=given["body"])
        shown = self.visible(melding).get(pk=message.pk)
        return Response(self.get_serializer(shown).data, 201)

    def visible(self, melding: Melding) -> Any:
        rows: Any = Message.objects.all()
        files: Any = Attachment.objects.all()
        mine = files.visible_to(self.user)
        rows = rows.visible_to(self.user).filter(melding=melding)
        return rows.select_related("origin").prefetch_related(Prefetch("attachments", mine))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "number": self.kwargs.get("number", "")}


class AttachmentEndpoint(MeldingEndpoint):
    serializer_class = shapes.AttachmentShape
    queryset = Attachment.objects.none()

    def visible(self, melding: Melding) -> Any:
        files: Any = Attachment.objects.all()
        return files.visible_to(self.user).filter(melding=melding)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "number": self.kwargs.get("number", "")}


class Attachments(AttachmentEndpoint):
    parser_classes = [MultiPartParser]
    orderings = {"at": IN_ORDER}

    @extend_schema(operation_id="list_attachments", summary="Files with this Melding, oldest first")
    def get(self, request: Request, number: str) -> Response:
        return self.page(self.visible(self.melding()))

    @extend_schema(
        operation_id="add_attachments", summary="Add files: photo, video, PDF or text, by content",
        request={"multipart/form-data": shapes.FileShape}, responses={201: shapes.AttachmentShape(many=True)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        melding, given = self.melding(), self.given(shapes.FileShape)
        message = actions.attach(
            melding, by=self.user, at=timezone.now(), files=given["files"],
            images_masked=given["images_masked"],
        )  # fmt: skip
        return Response(self.get_serializer(message.attachments.all(), many=True).data, 201)


class OneAttachment(AttachmentEndpoint):
    @extend_schema(
        operation_id="download_attachment", summary="The file itself, always as a download",
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, number: str, public_id: Any) -> FileResponse:
        found = self.visible(self.melding()).filter(public_id=public_id, erased_at=None).first()
        if found is None:
            raise Http404
        return attachments.download(found)


class Clocks(MeldingEndpoint):
    serializer_class = shapes.ClocksShape

    @extend_schema(
        operation_id="get_clocks", summary="Both clocks, and every stretch that did or did not count"
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(self.get_serializer(clocks.read(self.melding(), timezone.now())).data)


class Events(MeldingEndpoint):
    serializer_class = shapes.EventShape
    permission_classes = [InScope, OfTheDesk]
    orderings = {"at": IN_ORDER}
    queryset = Event.objects.none()

    @extend_schema(
        operation_id="list_events", summary="The trail: what happened, when, by whom; not for contacts"
    )
    def get(self, request: Request, number: str) -> Response:
        return self.page(self.melding().events().select_related("actor"))
