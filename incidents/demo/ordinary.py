"""An ordinary Melding from `stories.toml`: reported, picked up, talked about, solved, accepted or closed."""

from __future__ import annotations

import tomllib
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from contractants.models import Contact
from desk.models import User
from domain.hours import Calendar
from incidents import actions
from incidents.actions import Report
from incidents.demo.files import make
from incidents.demo.stage import Scene, Stage
from incidents.models import Channel, Kind, Melding, State
from incidents.models.choices import WAITING
from sla.adapter import terms

STORIES = Path(__file__).with_name("stories.toml")
FILL = {
    "afdeling": ["oncologie", "chirurgie", "longgeneeskunde", "de polikliniek urologie", "gynaecologie"],
    "mdo": ["mammacarcinoom", "longoncologie", "gastro-intestinaal", "urologie", "hoofd-hals", "geriatrie"],
    "dag": ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"],
    "tijd": ["08.30", "09.15", "12.00", "13.30", "15.00", "16.30"],
    "browser": ["Edge", "Chrome", "Firefox"],
}
CHANNELS = {Channel.PORTAL: 40, Channel.PHONE: 26, Channel.EMAIL: 20, Channel.WEB: 14}
FIRST_WORDS = [
    "Dank voor uw melding. We zoeken het uit en komen er vandaag bij u op terug.",
    "We hebben uw melding in behandeling. Zodra we meer weten, hoort u van ons.",
    "Dank u wel, de beschrijving is duidelijk. We kijken ernaar.",
    "We zijn ermee bezig en houden u via deze melding op de hoogte.",
]
NEVER_SAID = "Geen reactie op de oplossing ontvangen; gesloten na vijf werkdagen."
AGENTS = ["Noor", "Sam", "Achmed"]


def stories() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(STORIES.read_text(encoding="utf-8"))["story"]
    return found


@dataclass
class Plot:
    """How one telling of a story goes. `pace` and `length` are shares of the budgets of response and resolution."""

    story: dict[str, Any]
    contact: Contact
    received: datetime
    rng: Random
    agent: str = "Noor"
    channel: str = Channel.PORTAL
    pace: float = 0.3
    length: float = 0.4
    accepts: bool = True
    words: dict[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        for name, word in self.words.items():
            text = text.replace("{" + name + "}", word)
        return text


def plot(
    stage: Stage, story: dict[str, Any], received: datetime, rng: Random, used: set[int], place: int
) -> Plot:
    """Let chance decide who reports `story`, how, who takes it and how long; `place` in the row decides who waits
    too long, so that on every day about as many are late."""
    callers = [contact for contact in stage.cast.clients_of(story["service"]) if contact.pk not in used]
    return Plot(
        story, rng.choice(callers or stage.cast.clients_of(story["service"])), received, rng,
        agent=rng.choices(AGENTS, [5, 4, 3])[0],
        channel=rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        pace=rng.uniform(1.05, 1.4) if place % 29 == 4 else rng.betavariate(1.4, 4),
        length=rng.uniform(1.05, 1.5) if place % 11 == 7 else rng.betavariate(2, 3.4) + 0.02,
        accepts=rng.random() < 0.55,
        words={name: rng.choice(words) for name, words in FILL.items()},
    )  # fmt: skip


def ordinary(stage: Stage, plan: Plot) -> Scene:
    """From report to end, as far as now allows."""
    melding = yield from report(stage, plan)
    agent = stage.cast.staff[plan.agent]
    yield from pick_up(stage, plan, melding, agent)
    yield from talk(stage, plan, melding, agent)
    yield from finish(stage, plan, melding, agent)


def report(stage: Stage, plan: Plot) -> Generator[datetime, None, Melding]:
    """Report it by the channel of `plan`; the generator returns the Melding."""
    agent, contact = stage.cast.staff[plan.agent], plan.contact
    files = [make(plan.story["file"])] if "file" in plan.story else []
    told = _report(stage, plan)
    if plan.channel == Channel.WEB:
        yield plan.received
        row = actions.submit(told, at=plan.received, files=files)
        stage.mark_sent(plan.received)
        confirmed = plan.received + timedelta(minutes=plan.rng.randint(2, 25))
        yield confirmed
        return actions.confirm(row, by=None, at=confirmed)
    if plan.channel == Channel.PORTAL:
        yield plan.received
        return actions.register(told, by=contact.user, at=plan.received, files=files, accept_missing=True)
    waits = 5 * 60 if plan.channel == Channel.PHONE else plan.rng.randint(5 * 60, 40 * 60)
    registered = stage.office.add(plan.received, waits)
    yield registered
    phoned = plan.channel == Channel.PHONE
    return actions.register(told, by=agent, at=registered, files=files, accept_missing=True, contacted=phoned)


def _report(stage: Stage, plan: Plot) -> Report:
    story, rng = plan.story, plan.rng
    impact, _, urgency = story.get("weight", "").partition("/")
    seen = plan.received - timedelta(minutes=rng.randint(10, 300))
    forgets = plan.channel == Channel.EMAIL and rng.random() < 0.5
    return Report(
        kind=story["kind"], channel=plan.channel, subject=plan.say(story["subject"])[:200],
        description=plan.say(story["text"]), contractant=plan.contact.contractant, contact=plan.contact,
        reporter_name=plan.contact.user.name, reporter_email=plan.contact.user.email,
        reporter_phone=plan.contact.phone, service=stage.cast.services[story["service"]], impact=impact,
        urgency=urgency, received_at=plan.received, goal=plan.say(story.get("goal", "")),
        examples=plan.say(story.get("examples", "")), images_masked=story.get("file", "").endswith(".png"),
        first_seen_action=story.get("action", ""), first_seen_at=None if forgets else seen,
        reproducible="" if forgets else story.get("reproducible", ""),
        affected_users=story.get("affected"), expected_priority=_expected(story, rng),
    )  # fmt: skip


def _expected(story: dict[str, Any], rng: Random) -> int | None:
    """Reporters see their own trouble as a little graver than the matrix does, now and then."""
    if story["kind"] != Kind.INCIDENT:
        return None
    usual = {"medium/high": 2, "large/medium": 2, "medium/medium": 3, "small/high": 3}.get(story["weight"], 4)
    return max(2, usual - (rng.random() < 0.2))


def pick_up(stage: Stage, plan: Plot, melding: Melding, agent: User) -> Scene:
    """Take it, within the response time as `plan.pace` says, and make contact when that was not by phone."""
    clock = _counted(melding, "response")
    budget = melding.response_budget or 3600
    seconds = max(240, int(budget * plan.pace))
    registered = melding.events().latest("at").at
    at = max(clock.add(melding.received_at, seconds), registered + timedelta(minutes=4))
    yield at
    calls = melding.channel == Channel.PHONE or plan.rng.random() < 0.4
    actions.pick_up(melding, by=agent, at=at, contacted=calls)
    if not calls and not plan.pace > 1:
        at = clock.add(at, plan.rng.randint(120, max(130, (budget - seconds) // 3)))
        yield at
        actions.reply(melding, by=agent, at=at, body=plan.rng.choice(FIRST_WORDS))
    if melding.missing:
        at = clock.add(at, plan.rng.randint(600, 2400))
        yield at
        facts = {"first_seen_at": melding.received_at - timedelta(hours=1), "reproducible": "sometimes"}
        actions.complete(melding, by=agent, at=at, facts=facts)
    if melding.resolution_budget is None and (melding.kind == Kind.CHANGE or plan.rng.random() < 0.4):
        at = clock.add(at, plan.rng.randint(600, 9000))
        yield at
        due = clock.add_working_days(at, plan.rng.randint(8, 25))
        actions.agree_date(melding, by=agent, at=at, due=due)


def talk(stage: Stage, plan: Plot, melding: Melding, agent: User) -> Scene:
    """Play the steps of the story, spread over the time that solving it takes."""
    steps = plan.story["steps"]
    lasts = next(n for n, step in enumerate(steps) if step[0] in ("solve", "workaround"))
    begin = max(event.at for event in melding.events())
    length = _length(plan, melding, begin)
    for n, (verb, *words) in enumerate(steps[: lasts + 1]):
        share = (n + 1) / (lasts + 1) * (1 if n == lasts else plan.rng.uniform(0.75, 1))
        at = max(stage.office.add(begin, int(length * share)), begin + timedelta(minutes=3 * (n + 1)))
        yield at
        _act(plan, melding, agent, at, verb, [plan.say(word) for word in words])


def _length(plan: Plot, melding: Melding, begin: datetime) -> int:
    """How much office time solving takes from `begin`, in seconds."""
    if melding.resolution_budget is None:
        longest = 9 * 8 * 3600 if melding.kind == Kind.CHANGE else 2 * 8 * 3600
        return 1200 + int(longest * min(plan.length, 0.95))
    clock = _counted(melding, "resolution")
    return max(900, int(melding.resolution_budget * plan.length) - clock.between(melding.received_at, begin))


def _act(plan: Plot, melding: Melding, agent: User, at: datetime, verb: str, words: list[str]) -> None:
    if melding.state in WAITING and verb in ("ask", "chain", "solve", "workaround", "reply"):
        actions.resume(melding, by=agent, at=at - timedelta(seconds=40))
    match verb:
        case "note":
            actions.note(melding, by=agent, at=at, body=words[0])
        case "ask":
            actions.wait_for_contractant(melding, by=agent, at=at, question=words[0])
        case "chain":
            actions.wait_for_chain(melding, by=agent, at=at, party=words[0], question=words[1])
        case "reply" | "answer" | "word":
            by = agent if verb == "reply" else plan.contact.user
            files = [make(name) for name in words[1:]]
            actions.reply(melding, by=by, at=at, body=words[0], files=files, images_masked=True)
        case "solve" | "workaround":
            actions.resolve(
                melding, by=agent, at=at, solution=words[0], workaround=verb == "workaround",
                how="told" if plan.rng.random() < 0.9 else "attempted",
            )  # fmt: skip


def finish(stage: Stage, plan: Plot, melding: Melding, agent: User) -> Scene:
    """The contact accepts, with a word of thanks or without; or the desk closes it after a week."""
    solved = melding.events().filter(verb="resolve").latest("at").at
    if not plan.accepts:
        at = stage.office.add(solved, plan.rng.randint(36, 42) * 3600)
        yield at
        actions.note(melding, by=agent, at=at - timedelta(seconds=30), body=NEVER_SAID)
        actions.close(melding, by=agent, at=at)
        return
    at = stage.office.add(solved, plan.rng.randint(900, 60_000))
    yield at
    for step in plan.story["steps"]:
        if step[0] == "thanks":
            actions.reply(melding, by=plan.contact.user, at=at, body=plan.say(step[1]))
            at += timedelta(seconds=50)
            yield at
    if melding.state == State.RESOLVED:
        actions.accept(melding, by=plan.contact.user, at=at)


def _counted(melding: Melding, clock: str) -> Calendar:
    """The calendar on which the clock of `melding` counts."""
    return terms(melding.policy_version_id).calendars[clock, melding.priority]
