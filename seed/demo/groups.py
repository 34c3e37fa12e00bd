"""Who supervises whom, in which groups, and what the service asks for each month: the tables."""

from typing import NamedTuple

from seed.demo.cast import LEE_LEFT, ROWAN, A, B, C, D, U
from tcsuper.models import SessionForm


class Group(NamedTuple):
    """`weekday`: 0 is Monday. `members`: besides, the people in post in the community whose job is among `jobs`."""

    name: str
    community: str
    leader: str
    every_days: int
    minutes: int
    weekday: int
    starts_at: str
    purpose: str = "clinical"
    jobs: tuple[str, ...] = ("tc_officer", "group_facilitator", "trainee_psychologist", "creative_psychotherapist")
    members: tuple[str, ...] = ()
    form: SessionForm = SessionForm.GROUP


TEAM = ("tc_officer", "group_facilitator", "trainee_psychologist", "creative_psychotherapist", "group_psychotherapist")
GROUPS = [
    Group("Ashdown A group", A, "maire.nic.aodha", 14, 75, 1, "14:00"),
    Group("Monday group", B, "asha.rao", 14, 90, 0, "13:30"),
    Group("Thursday group", C, "orla.ni.cheallaigh", 14, 90, 3, "13:30"),
    Group("Ashdown D group", D, "harpreet.sandhu-dhillon", 14, 90, 2, "14:00"),
    Group("Assessment group", U, "caoimhe.ni.uiginn", 7, 60, 2, "09:15"),
    Group("A sensitivity group", A, "orla.ni.cheallaigh", 14, 60, 4, "12:15", "sensitivity_group", TEAM),
    Group("B sensitivity group", B, "maire.nic.aodha", 14, 60, 3, "12:15", "sensitivity_group", TEAM),
    Group("C sensitivity group", C, "imran.chaudhry", 14, 60, 1, "12:15", "sensitivity_group", TEAM),
    Group("Assessment sensitivity", U, "imran.chaudhry", 14, 60, 0, "12:15", "sensitivity_group", TEAM),
    Group("D sensitivity group", D, "caoimhe.ni.uiginn", 14, 60, 0, "12:15", "sensitivity_group", TEAM),
    Group(
        "Therapists’ peer group", B, "imran.chaudhry", 28, 90, 4, "10:00", "clinical", (),
        ("imran.chaudhry", "orla.ni.cheallaigh", "mererid.pugh", "tegwen.wyn-parry"), SessionForm.PEER,
    ),
    Group(
        "Practice and process", ROWAN, "sunita.bhattacharya", 14, 90, 1, "09:30", "practice_and_process", (),
        ("angharad.llyr", "cillian.o.neill", "meera.pillai", "nuala.ni.dhuibhir"),
    ),
]  # fmt: skip
NOT_IN_A_GROUP = {"stacey.mould"}
"""Neither a group nor an agreement: what is missing must be seen to be missing."""
LEFT_THE_GROUP = {"lee.cartwright": LEE_LEFT, "owain.glyn": 84}
"""So many days ago. Owain is still in post, and nobody has noticed yet."""

SINGLE = {  # supervisor and how often → supervisees
    ("asha.rao", 28): "imran.chaudhry orla.ni.cheallaigh mererid.pugh ben.ellis niamh.oneill-kaur sam.lee2",
    ("imran.chaudhry", 28): "marcus.adeyemi llyr.hopkin grainne.ni.bhriain kelly-ann.briggs deepa.rao",
    ("maire.nic.aodha", 28): "sian.wyn sam.lee beth.llewellyn agnieszka.wojcik",
    ("orla.ni.cheallaigh", 28): "rhiannon.mon dilip.joshi fatima.siddiqui",
    ("harpreet.sandhu-dhillon", 28): "darren.pike manjit.gill blathnaid.o.riain usman.tariq",
    ("caoimhe.ni.uiginn", 28): "roisin.ni.fhloinn gareth.bowen ravi.anand ffion.gwynne priya.narayan",
    ("ruairi.o.dalaigh", 21): "maire.nic.aodha",
    ("ruairi.o.dalaigh", 14): "caoimhe.ni.uiginn",
    ("carys.llwyd", 14): "harpreet.sandhu-dhillon",
    ("mererid.pugh", 28): "tegwen.wyn-parry zainab.qureshi",
    ("fionnuala.mac.giolla", 14): "asha.rao carys.llwyd",
    ("fionnuala.mac.giolla", 21): "ruairi.o.dalaigh eluned.prys-morgan",
    ("bronagh.ni.mhuiri", 14): "sunita.bhattacharya angharad.llyr cillian.o.neill meera.pillai nuala.ni.dhuibhir",
}
OTHER_PURPOSES = {
    ("fionnuala.mac.giolla", 56, "professional"): "asha.rao",
    ("llinos.cadwaladr", 28, "managerial"): "sunita.bhattacharya",
    ("ruairi.o.dalaigh", 14, "professional"): "priya.narayan",
    ("eluned.prys-morgan", 28, "managerial"): "ruairi.o.dalaigh asha.rao carys.llwyd",
    ("sunita.bhattacharya", 28, "managerial"): "angharad.llyr cillian.o.neill meera.pillai nuala.ni.dhuibhir",
}
OF_SUPERVISION = {("fionnuala.mac.giolla", "professional")}
TRAINEE_ROLES = {  # by supervisor and trainee: what they are there for; empty: they coordinate
    ("ruairi.o.dalaigh", "priya.narayan"): "",
    ("caoimhe.ni.uiginn", "priya.narayan"): "Group work on the assessment unit",
    ("caoimhe.ni.uiginn", "ffion.gwynne"): "The assessment group",
}
HANDED_OVER = {"niamh.oneill-kaur": "imran.chaudhry", "roisin.ni.fhloinn": "ruairi.o.dalaigh"}
"""By supervisee: who supervised them one to one before the records began here."""
SIGNED_HERE = {"sam.lee2": "both", "niamh.oneill-kaur": "both", "sian.wyn": "supervisor", "darren.pike": "paper"}
"""By supervisee: who has signed the agreement for one-to-one supervision, and how."""
REVIEWED = {"sam.lee2": 90, "niamh.oneill-kaur": 150, "roisin.ni.fhloinn": 60, "marcus.adeyemi": 30}
"""By supervisee: so many days ago; the next time is a year after that."""
REVIEW_OVERDUE = {"ben.ellis", "sian.wyn", "darren.pike", "angharad.llyr", "orla.ni.cheallaigh"}

MINIMA = [
    *((job, "Clinical supervision", 60) for job in ("tc_officer", "group_facilitator", "trainee_psychologist")),
    *(
        (job, "Clinical supervision", 90)
        for job in (
            "group_psychotherapist", "creative_psychotherapist", "lead_core_creative", "therapy_manager",
            "compass_psychotherapist",
        )
    ),
    ("director", "Clinical supervision", 60),
    ("compass_psychotherapist", "Operational supervision", 60),
]  # fmt: skip
PURPOSES = {"Clinical supervision": ("clinical",), "Operational supervision": ("managerial",)}
SENSITIVITY = ("sensitivity_group",)
