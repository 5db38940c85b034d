"""Addresses of the Melding in the API. The transitions are those that the model declares and people may make."""

from django.urls import path, register_converter
from drf_spectacular.utils import extend_schema, extend_schema_view

from incidents.api import bodies, escalations, shapes, structural, views
from incidents.api.monitoring import AlertmanagerWebhook, Heartbeat, MonitoringEvents


class Number:
    """What may be the number of a Melding; any other text is an unknown address."""

    regex = "M[0-9]{2}-[0-9]{5,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def transition(verb: str) -> type[views.Transition]:
    made = bodies.VERBS[verb].makes
    shape = {201 if made else 200: shapes.MeldingDetail}
    view = type(f"Transition_{verb}", (views.Transition,), {"verb": verb})
    described = extend_schema(operation_id=verb, summary=verb.replace("_", " ").capitalize(), responses=shape)
    done: type[views.Transition] = extend_schema_view(post=described)(view)
    return done


class EscalationNumber(Number):
    """What may be the number of an escalation."""

    regex = "E[0-9]{2}-[0-9]{5,12}"


class FailureNumber(Number):
    """What may be the number of a structural failure."""

    regex = "S[0-9]{2}-[0-9]{5,12}"


def step(verb: str) -> type[escalations.Step]:
    view = type(f"Escalation_{verb}", (escalations.Step,), {"verb": verb})
    described = extend_schema(
        operation_id=f"escalation_{verb}", summary=f"Escalation: {verb.replace('_', ' ')}",
        responses=escalations.EscalationDetail,
    )  # fmt: skip
    done: type[escalations.Step] = extend_schema_view(post=described)(view)
    return done


register_converter(Number, "melding_number")
register_converter(EscalationNumber, "escalation")
register_converter(FailureNumber, "structural_failure")
ONE = "meldingen/<melding_number:number>/"
ESCALATION = "escalations/<escalation:escalation>/"
urlpatterns = [
    path("monitoring/events/", MonitoringEvents.as_view(), name="monitoring"),
    path("monitoring/alertmanager/", AlertmanagerWebhook.as_view(), name="alertmanager"),
    path("monitoring/heartbeat/<slug:name>/", Heartbeat.as_view(), name="heartbeat"),
    path("meldingen/", views.Meldingen.as_view(), name="meldingen"),
    path(ONE, views.OneMelding.as_view(), name="melding"),
    path(f"{ONE}messages/", views.Messages.as_view(), name="messages"),
    path(f"{ONE}attachments/", views.Attachments.as_view(), name="attachments"),
    path(f"{ONE}attachments/<uuid:public_id>/", views.OneAttachment.as_view(), name="attachment"),
    path(f"{ONE}clocks/", views.Clocks.as_view(), name="clocks"),
    path(f"{ONE}events/", views.Events.as_view(), name="events"),
    path("structural-failures/", structural.Failures.as_view(), name="structural_failures"),
    path(
        "structural-failures/<structural_failure:failure>/",
        structural.OneFailure.as_view(),
        name="structural_failure",
    ),
    path("escalations/", escalations.Escalations.as_view(), name="escalations"),
    path(ESCALATION, escalations.OneEscalation.as_view(), name="escalation"),
    *[
        path(f"{ESCALATION}{verb}/", step(verb).as_view(), name=f"escalation_{verb}")
        for verb in escalations.BODIES
    ],
    *[path(f"{ONE}{verb}/", transition(verb).as_view(), name=verb) for verb in bodies.VERBS],
]
