"""Who plays in the demo: fictional people at example domains, their organisations, Diensten and contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from contractants.models import Contact, Contractant, Partnership, Service, ServiceMatch
from desk.models import User
from desk.permissions import Role
from sla.models import Contract, Policy

STAFF_DOMAIN = "mdodesk.example"
PASSWORD = "demo-werkvoorraad"  # noqa: S105 - printed for whoever tries the demo

STAFF = [
    ("Noor Verhagen", Role.SUPPORT),
    ("Sam de Vries", Role.SUPPORT),
    ("Achmed El Amrani", Role.SUPPORT),
    ("Joost Bakema", Role.ON_CALL),
    ("Fatma Yıldız", Role.PRODUCT_MANAGER),
    ("Marieke van Dalen", Role.SERVICE_LEVEL_MANAGER),
    ("Ruben Pinas", Role.MANAGEMENT),
    ("Oscar Brandsma", Role.PRIVACY_OFFICER),
    ("Iris Kuipers", Role.ADMINISTRATOR),
]

PARTNERSHIPS = [("Oncologienetwerk Merenland", "Merenland"), ("Regionetwerk Noordkust", "Noordkust")]

MAIN, CONTACT, PARTNERSHIP = Contact.Role.MAIN, Contact.Role.CONTACT, Contact.Role.PARTNERSHIP

# name, place, domain, partnerships, Diensten, contacts
CONTRACTANTS: list[tuple[str, str, str, list[int], list[str], list[tuple[str, Contact.Role]]]] = [
    (
        "Merenziekenhuis", "Merenburg", "merenziekenhuis.example", [0], ["mdo", "link", "platform"],
        [("Hanneke Bos", MAIN), ("Thijs Wolters", CONTACT), ("Samira Bouzid", CONTACT), ("Els Timmer", PARTNERSHIP)],
    ),
    (
        "Ziekenhuis Lindewaard", "Lindewaard", "lindewaard.example", [0], ["mdo", "link", "platform", "intramed"],
        [("Pieter Hoekstra", MAIN), ("Wei Ling Tan", CONTACT), ("Daan Kroon", CONTACT)],
    ),
    (
        "Radiotherapie Instituut Oosterveen", "Oosterveen", "rio-oosterveen.example", [0, 1], ["mdo", "link"],
        [("Yvonne Schaap", MAIN), ("Kofi Mensah", CONTACT)],
    ),
    (
        "Streekziekenhuis Kustdam", "Kustdam", "kustdam.example", [1], ["mdo", "link", "platform"],
        [("Gerard Postma", MAIN), ("Lotte Visser", CONTACT), ("Nadia Karimi", CONTACT), ("Bram Elzinga", PARTNERSHIP)],
    ),
    (
        "Pathologie Noordkust", "Kustdam", "pathologie-noordkust.example", [1], ["mdo", "link"],
        [("Ineke Dijkgraaf", MAIN), ("Stefan Nowak", CONTACT)],
    ),
    (
        "Fysiotherapie De Brug", "Lindewaard", "fysiodebrug.example", [], ["intramed", "platform"],
        [("Carla Smit", MAIN), ("Jaylen Martina", CONTACT)],
    ),
]  # fmt: skip

SERVICES = [
    ("mdo", "dienst-mdo", "Dienst MDO", Service.Kind.SERVICE),
    ("link", "koppeling-xis", "Koppeling XIS", Service.Kind.LINK),
    ("platform", "vitaly-platform", "Vitaly-platform", Service.Kind.PLATFORM),
    ("intramed", "intramed-online", "Intramed Online", Service.Kind.SERVICE),
]
MATCHES = [
    ("component", "mdo-web", "mdo"), ("component", "mdo-verslag", "mdo"), ("component", "xis-gateway", "link"),
    ("component", "vitaly-db", "platform"), ("source", "intramed-prod", "intramed"),
]  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that the scenes refer to."""

    staff: dict[str, User]  # by first name
    services: dict[str, Service]
    contacts: dict[str, Contact]  # by full name
    monitoring: User

    def clients_of(self, service: str) -> list[Contact]:
        """The contacts of contractants that use this Dienst."""
        using = {name for name, _, _, _, services, _ in CONTRACTANTS if service in services}
        return [contact for contact in self.contacts.values() if contact.contractant.name in using]


def invite(since: date) -> Cast:
    """Make everybody, with contracts from `since`."""
    partnerships = [Partnership.objects.create(name=name, region=region) for name, region in PARTNERSHIPS]
    services = {
        key: Service.objects.create(slug=slug, name=name, kind=kind) for key, slug, name, kind in SERVICES
    }
    ServiceMatch.objects.bulk_create(
        ServiceMatch(field=field, value=value, service=services[key]) for field, value, key in MATCHES
    )
    return Cast(
        staff=_employ(),
        services=services,
        contacts=_sign_up(partnerships, services, since),
        monitoring=User.objects.create_user(
            f"monitoring@{STAFF_DOMAIN}", name="Monitoring", role=Role.MACHINE
        ),
    )


def _employ() -> dict[str, User]:
    """One password for all of them, hashed once: that is slow on purpose."""
    hashed = make_password(PASSWORD)
    people = [
        User(email=address(name, STAFF_DOMAIN), name=name, role=role, password=hashed) for name, role in STAFF
    ]
    return {user.name.split()[0]: user for user in User.objects.bulk_create(people)}


def _sign_up(
    partnerships: list[Partnership], services: dict[str, Service], since: date
) -> dict[str, Contact]:
    found: dict[str, Contact] = {}
    for name, city, domain, joined, used, people in CONTRACTANTS:
        contractant = Contractant.objects.create(name=name, city=city)
        contractant.partnerships.set([partnerships[n] for n in joined])
        for key in used:
            Contract.objects.create(
                contractant=contractant, service=services[key], policy=_policy(key), starts_on=since
            )
        for number, (person, role) in enumerate(people):
            found[person] = Contact.objects.create(
                user=User.objects.create_user(address(person, domain), name=person, role=Role.CONTACT),
                contractant=contractant, role=role, phone=f"0{number + 1}0 012 01 {20 + len(found):02d}",
                partnership=partnerships[joined[0]] if role == PARTNERSHIP else None,
            )  # fmt: skip
    return found


def _policy(service: str) -> Policy:
    return (
        Policy.objects.get(slug="intramed") if service == "intramed" else Policy.objects.get(is_default=True)
    )


def address(name: str, domain: str) -> str:
    """`s.devries@...` for Sam de Vries."""
    plain = name.lower().translate(str.maketrans("ıöüé", "ioue"))
    first, *rest = plain.split()
    return f"{first[0]}.{''.join(rest)}@{domain}"


def sign_ins() -> str:
    """Who can sign in, as a table; empty where the demo is not there."""
    if not User.objects.filter(email=address(STAFF[0][0], STAFF_DOMAIN)).exists():
        return ""
    rows = [(address(name, STAFF_DOMAIN), PASSWORD, str(role.label)) for name, role in STAFF]
    rows += [
        (address(person, domain), "code per e-mail", f"{role.label}, {name}")
        for name, _, domain, _, _, people in CONTRACTANTS
        for person, role in people[:1]
    ]
    widths = [max(len(row[n]) for row in rows) for n in range(2)]
    return "\n".join(f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in rows) + "\n"
