"""Complaints in the API: those that the caller may see, a new one, and a POST for each step (SLA 5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters as filters
from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import actions, queries
from complaints.actions import Received
from complaints.doors import DOORS
from complaints.models import (
    About,
    Complaint,
    ComplaintAttachment,
    ComplaintMessage,
    ComplaintReport,
    State,
)
from contractants.models import Contact
from desk import attachments
from desk.case_api import CaseApi, CaseEndpoint, CaseList, CaseRow, Transitions
from desk.etags import etag
from desk.idempotency import idempotent
from desk.models import AbstractMessage, User
from desk.paging import Key
from desk.permissions import Role
from desk.shapes import ByKey, Moment, Shape, Text
from incidents.api.bodies import Nothing, Reason
from incidents.api.shapes import FileShape
from incidents.models import Melding


def contacts(user: User) -> Any:
    return Contact.objects.visible_to(user).filter(is_active=True)


def services(user: User) -> Any:
    return queries.services(user)


def managers(user: User) -> Any:
    roles = (Role.PRODUCT_MANAGER, Role.SERVICE_LEVEL_MANAGER)
    return User.objects.filter(role__in=roles, is_active=True)


def meldingen(user: User) -> Any:
    return Melding.objects.visible_to(user)


# --- What may be sent


class ComplaintWords(Shape):
    body = Text()


class ComplaintAssignee(Shape):
    assignee = ByKey("email", managers, help_text="e-mail address")


class ComplaintManager(Shape):
    manager = ByKey("email", managers, help_text="e-mail address")


class ComplaintSolution(Shape):
    solution = Text()


class ComplaintReportParts(Shape):
    complained = Text()
    found = Text()
    done = Text()
    prevention = Text()


class ComplaintMelding(Shape):
    melding = ByKey("number", meldingen)


class ComplaintAbout(Shape):
    about = serializers.ChoiceField(About.choices)
    service = ByKey("slug", services, required=False, allow_null=True)


class NewComplaint(Shape):
    """`contact` for staff alone: a contact complains in their own name."""

    contact = ByKey("user__email", contacts, required=False, help_text="e-mail address")
    about = serializers.ChoiceField(About.choices)
    service = ByKey("slug", services, required=False, allow_null=True)
    meldingen = serializers.ListField(child=ByKey("number", meldingen), required=False, default=list)
    subject = serializers.CharField(max_length=200)
    description = Text()
    received_at = Moment(required=False, allow_null=True)


# --- What is shown


class ComplaintFileShape(serializers.ModelSerializer[ComplaintAttachment]):
    id = serializers.UUIDField(source="public_id")
    url = serializers.SerializerMethodField()

    class Meta:
        model = ComplaintAttachment
        fields = ("id", "url", "name", "content_type", "size", "sha256", "visibility", "at")

    def get_url(self, file: ComplaintAttachment) -> str:
        number = self.context["view"].kwargs.get("complaint") or file.complaint.number
        path = reverse("api:complaint_file", args=[number, file.public_id])
        return str(self.context["request"].build_absolute_uri(path))


class ComplaintMessageShape(serializers.ModelSerializer[ComplaintMessage]):
    attachments = ComplaintFileShape(many=True)

    class Meta:
        model = ComplaintMessage
        fields = ("at", "verb", "visibility", "author_name", "body", "attachments")


class ComplaintReportShape(serializers.ModelSerializer[ComplaintReport]):
    author = serializers.CharField(source="author.name")
    file = serializers.SerializerMethodField()

    class Meta:
        model = ComplaintReport
        fields = ("edition", "at", "author", "complained", "found", "done", "prevention", "file")

    def get_file(self, report: ComplaintReport) -> str:
        path = reverse("complaints:report", args=[report.complaint.number, report.edition])
        return str(self.context["request"].build_absolute_uri(path))


class ComplaintRow(CaseRow):
    address = "api:complaint"
    contractant = serializers.UUIDField(source="contractant.public_id")
    contact = serializers.CharField(source="contact.user.name")
    service = serializers.CharField(source="service.slug", allow_null=True, default=None)
    assignee = serializers.CharField(source="assignee.name", allow_null=True, default=None)
    manager = serializers.CharField(source="manager.name", allow_null=True, default=None)

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = (
            *CaseRow.FIRST, "about", "service", "subject", "contractant", "contact", "received_at", "assignee",
            "manager", "due_step", "due_at", "ended_at", *CaseRow.LAST,
        )  # fmt: skip


class ComplaintDetail(ComplaintRow, Transitions):
    doors = DOORS
    meldingen = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()
    reports = ComplaintReportShape(many=True)

    class Meta(ComplaintRow.Meta):
        fields = (
            *ComplaintRow.Meta.fields,
            "description",
            "solution",
            "meldingen",
            "messages",
            "reports",
            "transitions",
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_meldingen(self, complaint: Complaint) -> list[str]:
        """As far as the caller may see them."""
        return [one.number for one in queries.meldingen(complaint, self.context["request"].user)]

    @extend_schema_field(ComplaintMessageShape(many=True))
    def get_messages(self, complaint: Complaint) -> Any:
        user = self.context["request"].user
        said = queries.messages(complaint).prefetch_related(
            Prefetch("attachments", queries.files(complaint, user))
        )
        if user.role == Role.CONTACT:
            said = said.filter(visibility=AbstractMessage.Visibility.PUBLIC)
        return ComplaintMessageShape(said, many=True, context=self.context).data


class ComplaintFilters(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=State.choices)
    about = filters.MultipleChoiceFilter(choices=About.choices)
    contractant = filters.UUIDFilter(field_name="contractant__public_id")
    melding = filters.CharFilter(field_name="meldingen__number", distinct=True)
    due_before = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = ()


class Complaints(CaseList):
    @extend_schema(
        operation_id="create_complaint", summary="Register a complaint", request=NewComplaint,
        responses={201: ComplaintDetail},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.given(NewComplaint)
        if self.user.role == Role.CONTACT:
            given |= {"contact": Contact.objects.get(user=self.user), "received_at": None}
        if "contact" not in given:
            raise serializers.ValidationError({"contact": _("Dit veld is verplicht.")})
        made = actions.register(Received(**given), by=self.user, at=timezone.now())
        data = ComplaintDetail(
            queries.rows(self.user).get(pk=made.pk), context=self.get_serializer_context()
        ).data
        headers = {"ETag": etag(made), "Location": reverse("api:complaint", args=[made.number])}
        return Response(data, 201, headers=headers)


API = CaseApi(
    DOORS, name="complaint", plural="complaints", letter="K", row=ComplaintRow, detail=ComplaintDetail,
    filters=ComplaintFilters,
    orderings={
        "-received_at": queries.NEWEST,
        "received_at": (Key("received_at"), Key("id")),
        "due_at": queries.BY_DUE,
    },
    bodies={
        "assign": ComplaintAssignee, "reassign": ComplaintAssignee, "start": Nothing, "involve": ComplaintManager, "propose": ComplaintSolution,
        "accept_solution": Nothing, "refuse_solution": Reason, "send_report": ComplaintReportParts, "accept_report": Nothing,
        "refuse_report": Reason, "close": Nothing, "withdraw": Reason, "relate": ComplaintMelding, "set_about": ComplaintAbout,
        "reply": ComplaintWords, "note": ComplaintWords,
    },
)  # fmt: skip


class FileEndpoint(CaseEndpoint):
    api = API
    serializer_class = ComplaintFileShape
    queryset = ComplaintAttachment.objects.none()

    def visible(self) -> Any:
        return queries.files(self.case(), self.user)


class ComplaintFiles(FileEndpoint):
    parser_classes = [MultiPartParser]
    orderings = {"at": [Key("at"), Key("id")]}

    @extend_schema(operation_id="list_complaint_files", summary="Files with this complaint, oldest first")
    def get(self, request: Request, complaint: str) -> Response:
        return self.page(self.visible())

    @extend_schema(
        operation_id="add_complaint_files", summary="Add files: photo, video, PDF or text, by content",
        request={"multipart/form-data": FileShape}, responses={201: ComplaintFileShape(many=True)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, complaint: str) -> Response:
        case, given = self.case(), self.given(FileShape)
        message = actions.attach(case, by=self.user, at=timezone.now(), **given)
        return Response(self.get_serializer(self.visible().filter(message=message), many=True).data, 201)


class OneComplaintFile(FileEndpoint):
    @extend_schema(
        operation_id="download_complaint_file", summary="The file itself, always as a download",
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, complaint: str, complaint_file: UUID) -> FileResponse:
        found = self.visible().filter(public_id=complaint_file, erased_at=None).first()
        if found is None:
            raise Http404
        return attachments.download(found)


urlpatterns: list[URLPattern | URLResolver] = [
    *API.urls(Complaints),
    path("complaints/<api_complaint:complaint>/attachments/", ComplaintFiles.as_view(), name="complaint_files"),
    path(
        "complaints/<api_complaint:complaint>/attachments/<uuid:complaint_file>/", OneComplaintFile.as_view(),
        name="complaint_file",
    ),
]  # fmt: skip
