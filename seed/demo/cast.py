"""The cast. Nobody here is real, and neither is the prison of Ashdown nor the children's service Rowan House."""

import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from seed.demo.stage import Stage
from tcsuper.models import Employment, Role
from tcsuper.rules.standing import add_months, first_of_month

A, B, C, D, U = "Ashdown A", "Ashdown B", "Ashdown C", "Ashdown D", "Assessment unit"
ROWAN, ALDER = "Rowan", "Alder"
ADMINISTRATOR = "Bethan Rosser"


class Person(NamedTuple):
    """In post for `since` days. No `community`: somebody without a post here."""

    name: str
    job: str = ""
    community: str = ""
    since: int = 3650
    manager: str = ""
    hours: float = 37
    employment: Employment = Employment.EMPLOYED

    def started(self, stage: Stage) -> date:
        return stage.ago(self.since)


LEADERS = [
    Person("Eluned Prŷs-Morgan", "director", U, 2950),
    Person("Ruairí Ó Dálaigh", "therapy_manager", A, 2100, "eluned.prys-morgan"),
    Person("Asha Rao", "therapy_manager", B, 1460, "eluned.prys-morgan"),
    Person("Carys Llwyd", "therapy_manager", D, 1830, "eluned.prys-morgan"),
    Person("Meurig Talfan"),  # custodial managers: they manage officers, their own post is no business of this product
    Person("Joy Abernethy"),
    Person("Llinos Cadwaladr"),  # the registered manager of Rowan House
    Person("Gethin ap Dafydd"),  # outside every team, with an account
    Person("Yvonne Castell"),  # the visiting auditor
    Person("Fionnuala Mac Giolla", employment=Employment.INDEPENDENT),
    Person("Bronagh Ní Mhuirí", employment=Employment.INDEPENDENT),
]
THERAPISTS = [
    Person("Máire Nic Aodha", "group_psychotherapist", A, 1300, "ruairi.o.dalaigh"),
    Person("Imran Chaudhry", "group_psychotherapist", B, 990, "asha.rao"),
    Person("Orla Ní Cheallaigh", "group_psychotherapist", C, 1650, "asha.rao", 30),
    Person("Harpreet Sandhu-Dhillon", "group_psychotherapist", D, 870, "carys.llwyd"),
    Person("Caoimhe Ní Uiginn", "group_psychotherapist", U, 640, "ruairi.o.dalaigh"),
    Person("Mererid Pugh", "lead_core_creative", B, 2400, "asha.rao"),
    Person("Tegwen Ŵyn-Parry", "creative_psychotherapist", A, 1120, "mererid.pugh", 18.5),  # and Ashdown C
    Person("Zainab Qureshi", "creative_psychotherapist", D, 410, "mererid.pugh"),
    Person("Priya Nārāyan", "trainee_psychologist", U, 330, "ruairi.o.dalaigh"),
    Person("Ffion Gwynne", "group_facilitator", U, 500, "ruairi.o.dalaigh"),
]
OFFICERS = {  # by line manager and community; without a number: in post for some years
    ("meurig.talfan", A): "Siân Ŵyn, Padraig Ó Sé 2300, Sam Lee 1500, Joanne Whitfield, Kwame Boateng, Tariq Mehmood, "
    "Beth Llewellyn 560, Craig Dunmore, Agnieszka Wójcik 150",
    ("joy.abernethy", B): "Ben Ellis 1200, Niamh O’Neill-Kaur 900, Deepa Rāo 300, Marcus Adeyemi, Llŷr Hopkin, "
    "Gráinne Ní Bhriain 240, Paul Hartley, Shabnam Akhtar, Tom Renshaw, Kelly-Ann Briggs 112",
    ("joy.abernethy", C): "Sam Lee 700, Eoghan Ó Ceallaigh, Rhiannon Môn, Dilip Jōshi 430, Hayley Stubbs, Owain Glyn, "
    "Fatima Siddiqui 200, Lee Cartwright 1900, Aoife Nic Ruairí",
    ("meurig.talfan", D): "Darren Pike, Seán Mac Cárthaigh, Manjit Gill 620, Catrin Fôn, Wayne Oakley, "
    "Bláthnaid Ó Riain 390, Usman Tariq 230, Stacey Mould 46",
    ("joy.abernethy", U): "Ieuan Prys, Róisín Ní Fhloinn 950, Anil Desai, Claire Tomkins, Gareth Bowen 480, "
    "Sinéad Breathnach, Ravi Ānand 72",
}
ROWAN_HOUSE = [
    Person("Sunita Bhattachārya", "compass_psychotherapist", ROWAN, 1600, "llinos.cadwaladr"),
    Person("Angharad Llŷr", "compass_psychotherapist", ROWAN, 900, "sunita.bhattacharya"),
    Person("Cillian Ó Néill", "compass_psychotherapist", ROWAN, 420, "sunita.bhattacharya", 22.2),
    Person("Meera Pillai", "compass_psychotherapist", ALDER, 1250, "sunita.bhattacharya"),
    Person("Nuala Ní Dhuibhir", "compass_psychotherapist", ALDER, 170, "sunita.bhattacharya", 30),
]
MANAGER_OF = {
    A: "ruairi.o.dalaigh",
    B: "asha.rao",
    C: "asha.rao",
    D: "carys.llwyd",
    U: "ruairi.o.dalaigh",
    ROWAN: "sunita.bhattacharya",
    ALDER: "sunita.bhattacharya",
}
DIRECTOR = "eluned.prys-morgan"
GRANTS = [
    (DIRECTOR, Role.DIRECTOR, "Ashdown"),
    *((manager, Role.THERAPY_MANAGER, community) for community, manager in MANAGER_OF.items()),
]
VISITORS = {"yvonne.castell": (12, 29), "fionnuala.mac.giolla": (200, 364), "bronagh.ni.mhuiri": (320, 364)}
"""Their accounts are open since so many days ago, for so many days."""

CARYS_AWAY, CRAIG_AWAY = 118, 83
HARPREET_ACTS, TEGWEN_IN_C = 110, 700
LEE_LEFT, PADRAIG_LEAVES = 45, -38
SION, SION_STARTED = "Siôn Parri", 6
RUAIRI_STOOD_IN = 615
"""Days ago, as everywhere. Ruairí stood in for Asha in B, for four weeks."""


def username(name: str) -> str:
    """Siân Ŵyn → sian.wyn"""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().split())


def everybody(stage: Stage) -> dict[str, Person]:
    """By username, managers before those they manage. The second of two namesakes has a 2 after their name."""
    found: dict[str, Person] = {}
    for person in [*LEADERS, *THERAPISTS, *_officers(stage), *ROWAN_HOUSE]:
        key = username(person.name)
        found[f"{key}2" if key in found else key] = person
    return found


def _officers(stage: Stage) -> list[Person]:
    middle_of_last_month = add_months(first_of_month(stage.today), -1) + timedelta(days=14)
    found = []
    for (manager, community), names in OFFICERS.items():
        for entry in names.split(", "):
            name, _, days = entry.rpartition(" ")
            since = int(days) if days.isdigit() else stage.chance.randint(780, 3600)
            name = name if days.isdigit() else entry
            if name == "Tom Renshaw":  # so that a part-month is not judged
                since = (stage.today - middle_of_last_month).days
            found.append(Person(name, "tc_officer", community, since, manager))
    return found


def manager_on(stage: Stage, community: str, day: date) -> str:
    """Who manages a community on a day: in D somebody else acts while its manager is away."""
    acts = community == D and day >= stage.ago(HARPREET_ACTS)
    return "harpreet.sandhu-dhillon" if acts else MANAGER_OF[community]


def keeper(stage: Stage, key: str, person: Person, day: date) -> str:
    """Who keeps somebody's records on a day: their community's manager, a manager's own line manager, and for the
    director, who has none, the manager of the community that the post is in."""
    manager = manager_on(stage, person.community, day)
    return person.manager if key in (manager, MANAGER_OF[person.community]) and person.manager else manager
