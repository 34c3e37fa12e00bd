"""What needs a person: everything that waits for them, each one click from done, the most pressing first."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor, Object, Permission, communities_within, holds, reports_of
from tcsuper.clock import today
from tcsuper.models import RequirementKind, Role
from tcsuper.queries.accounts import roles_to_approve
from tcsuper.queries.actions import actions_seen
from tcsuper.queries.concerns import concerns_seen
from tcsuper.queries.confidential import records_to_sign
from tcsuper.queries.disputes import disputes_seen, disputes_to_settle
from tcsuper.queries.emergency_access import accesses_seen, told_of
from tcsuper.queries.serves_me import is_reminded
from tcsuper.queries.signing import agreements_to_review, agreements_to_sign
from tcsuper.queries.standing import Row, standings_seen
from tcsuper.queries.statements import statements_seen
from tcsuper.queries.supervision import disputed_sessions, my_attendance, sessions_to_record
from tcsuper.queries.training import to_confirm
from tcsuper.rules.actions import ACTION_TONES, ACTION_WORDS, ActionStatus
from tcsuper.rules.emergency import Stage
from tcsuper.rules.minimum import Minimum
from tcsuper.rules.standing import TONES, Standing, Status, Tone, severity, status_word

LATE_OR_SOON = frozenset({Status.EXPIRED, Status.OVERDUE, Status.BELOW, Status.CONDITIONS, Status.DUE_SOON})


@dataclass(frozen=True)
class Task:
    """One thing that waits. `page` and `query` lead to the form that settles it, already filled in."""

    word: str
    tone: Tone
    title: str
    reason: str
    next_step: str = ""
    button: str = ""
    page: str = ""
    query: dict[str, str] = field(default_factory=dict)
    confirm_record: str = ""
    """The session to confirm with one click, for a task that is just that."""
    grant_to_approve: int = 0
    """The role to approve or refuse with one click."""
    agreement_to_sign: int = 0
    """The agreement to sign with one click; `page` and `query` lead to its terms."""


ASK_FOR = timedelta(days=28)
"""How long after a session its people are asked to confirm it. Silence is "not disputed", so nothing piles up."""


def my_tasks(db: Session, *, viewer: Actor, rows: list[Row]) -> list[Task]:
    """What waits for me as the person I am: what is late or due soon of `rows` (my own standings), sessions to record
    and to confirm, disputes to settle."""
    return [
        *_told(db, viewer),
        *_emergencies(db, viewer),
        *_concerns(db, viewer),
        *_of_mine(rows),
        *_actions(db, viewer),
        *_to_record(db, viewer),
        *_disputes(db, viewer),
        *_in_dispute(db, viewer),
        *_statements(db, viewer),
        *_roles(db, viewer),
        *_certificates(db, viewer),
        *_to_sign(db, viewer),
        *_agreements(db, viewer),
        *_to_confirm(db, viewer),
        *_serves_me(db, viewer),
    ]


def _told(db: Session, viewer: Actor) -> list[Task]:
    """That a text about me, or of mine, was opened by emergency access: until I have said that I saw it."""
    return [
        Task(
            "To know",
            Tone.AMBER,
            f"Emergency access · {one.text.title if one.text else 'a session'}",
            f"{one.asked_by} opened a text of a session of yours on {words.moment(one.opened_at)}.",
            button="Read more",
            page="emergency_access",
        )
        for one in told_of(db, viewer=viewer)
        if one.acknowledged_at is None
    ]


def _emergencies(db: Session, viewer: Actor) -> list[Task]:
    """Requests that wait for my decision or my review, or that I may open by now."""
    tasks = []
    for one in accesses_seen(db, viewer=viewer):
        if one.directs and one.stage is Stage.WAITING:
            word, tone, reason = "To decide", Tone.AMBER, f"{one.asked_by} asks to open a private note."
        elif one.waits_for_review and one.review_due_on is not None:
            late = one.is_overdue
            word, tone = ("Overdue", Tone.BAD) if late else ("To review", Tone.AMBER)
            reason = (
                f"Opened by {one.asked_by}. Its review {'was' if late else 'is'} due {words.day(one.review_due_on)}."
            )
        elif one.is_mine and one.stage is Stage.READY:
            word, tone, reason = "To open", Tone.NEUTRAL, "You asked for it, and it may be opened."
        else:
            continue
        title = f"Emergency access · {one.text.title if one.text else 'a session'}"
        tasks.append(Task(word, tone, title, reason, button="Open", page="emergency_access"))
    return tasks


def _concerns(db: Session, viewer: Actor) -> list[Task]:
    """Open concerns that were routed to me."""
    return [
        Task(
            "To read",
            Tone.AMBER,
            "A concern is with you",
            f"Raised on {words.day(line.raised_on)}. Nobody is named here.",
            button="Read",
            page="concerns",
            query={"concern": str(line.record_id)},
        )
        for line in concerns_seen(db, viewer=viewer)
        if line.may_settle
    ]


def _of_mine(rows: list[Row]) -> list[Task]:
    return [
        Task(
            status_word(row.standing.status),
            TONES[row.standing.status],
            row.requirement,
            row.standing.because,
            row.standing.next_step,
            button="Open" if row.kind in MY_PLACES else "",
            page=MY_PLACES.get(row.kind, ""),
        )
        for row in sorted(rows, key=lambda row: severity(row.standing))
        if row.standing.status in LATE_OR_SOON
    ]


def _actions(db: Session, viewer: Actor) -> list[Task]:
    """What I agreed to and is overdue or due soon; of those I supervise, what is overdue."""
    tasks = []
    for one in actions_seen(db, viewer=viewer, on=viewer.on, only_open=True):
        status = one.standing.status
        if not (status is ActionStatus.OVERDUE or (one.is_mine and status is ActionStatus.DUE_SOON)):
            continue
        with_whom = f"with {one.supervisor}" if one.is_mine else f"by {one.owner or 'all who were there'}"
        tasks.append(
            Task(
                ACTION_WORDS[status],
                ACTION_TONES[status],
                one.text,
                f"Agreed {with_whom} on {words.day(one.held_on)}. {one.standing.because}",
                button="Open",
                page="my_record" if one.is_mine else "supervision",
                query={} if one.is_mine else {"show": "actions"},
            )
        )
    return tasks


def _to_confirm(db: Session, viewer: Actor) -> list[Task]:
    tasks = []
    for session in my_attendance(db, viewer=viewer):
        if not session.waits_for_answer or session.held_on < viewer.on - ASK_FOR:
            continue
        tasks.append(
            Task(
                "To confirm",
                Tone.NEUTRAL,
                f"{session.title}, {words.weekday(session.held_on)}",
                f"Recorded for you: {_there(session.attended, session.minutes)}, with {session.supervisor}.",
                button="Confirm",
                confirm_record=str(session.record_id),
            )
        )
    return tasks


def _to_sign(db: Session, viewer: Actor) -> list[Task]:
    """Shared records that I have not signed and that will lock. As one who was there I sign on my record, as their
    supervisor in the log."""
    tasks = []
    for one in records_to_sign(db, viewer=viewer):
        leads = one.supervisor_id == viewer.staff_id
        shared = f"Shared on {words.day(one.shared_on)} by {one.supervisor}. " if one.shared_on else ""
        until = f"You can sign it until {words.day(one.open_until)}; then it locks as it is. " if one.open_until else ""
        tasks.append(
            Task(
                "To sign",
                Tone.NEUTRAL,
                f"Shared record · {one.title}, {words.weekday(one.held_on)}",
                f"{shared}{until}Silence is “not disputed”, never “agreed”.",
                button="Read and sign",
                page="supervision" if leads else "my_record",
                query={"session": str(one.session_record_id)} if leads else {},
            )
        )
    return tasks


def _there(attended: int, minutes: int) -> str:
    if not attended:
        return "not there"
    whole = words.length(minutes)
    return f"the whole {whole}" if attended == minutes else f"{words.length(attended)} of {whole}"


def _agreements(db: Session, viewer: Actor) -> list[Task]:
    """Agreements that wait for my signature, and those of mine as a supervisor that are to be reviewed."""
    to_sign = [
        Task(
            "To sign",
            Tone.NEUTRAL,
            f"Agreement: {one.title}",
            f"From {words.day(one.start_on)}, {words.length(one.usual_minutes)} every "
            f"{words.count(one.every_days, 'day')}.",
            button="Read it",
            page="supervision" if one.i_supervise else "my_record",
            query={"show": "agreement", "agreement": str(one.agreement_id)},
            agreement_to_sign=one.agreement_id,
        )
        for one in agreements_to_sign(db, viewer=viewer)
    ]
    to_review = [
        Task(
            "To review",
            Tone.AMBER,
            f"Agreement: {one.title}",
            f"Its review {'was' if one.review_on < viewer.on else 'is'} due {words.day(one.review_on)}.",
            button="Review",
            page="supervision",
            query={"show": "agreement", "agreement": str(one.agreement_id)},
        )
        for one in agreements_to_review(db, viewer=viewer)
    ]
    return to_sign + to_review


def _to_record(db: Session, viewer: Actor) -> list[Task]:
    return [
        Task(
            "To record",
            Tone.NEUTRAL,
            f"{planned.label}, {words.weekday(planned.held_on)}",
            f"Planned{f' for {planned.starts_at}' if planned.starts_at else ''}, {words.length(planned.minutes)}, "
            f"{words.count(planned.contracted, 'person', 'people')} contracted.",
            button="Record",
            page="record_supervision",
            query={"planned": str(planned.record_id)},
        )
        for planned in sessions_to_record(db, viewer=viewer)
    ]


def _disputes(db: Session, viewer: Actor) -> list[Task]:
    return [
        Task(
            "Disputed",
            Tone.AMBER,
            f"{dispute.person} · {dispute.title}, {words.weekday(dispute.held_on)}",
            f"“{dispute.comment}” Both texts are kept.",
            button="Open",
            page="supervision",
            query={"session": str(dispute.record_id)},
        )
        for dispute in disputed_sessions(db, viewer=viewer)
    ]


def _in_dispute(db: Session, viewer: Actor) -> list[Task]:
    """Disputes that I settle as the third person; and of my people those that have waited long in nobody's hands."""
    tasks = [
        Task(
            "To settle",
            Tone.AMBER,
            f"{one.person} · an attendance of {words.day(one.held_on)}",
            "You were named as the third person. You see this line of the log, and both sides.",
            button="Open",
            page="my_record",
            query={"show": "settle"},
        )
        for one in disputes_to_settle(db, viewer=viewer)
    ]
    return tasks + [
        Task(
            "Disputed",
            Tone.AMBER,
            f"Name a third person: {one.person} · {one.title}, {words.weekday(one.held_on)}",
            f"Disputed since {words.day(today(one.disputed_at))}, and not corrected. A third person settles it.",
            button="Open",
            page="supervision",
            query={"show": "disputes"},
        )
        for one in disputes_seen(db, viewer=viewer)
        if one.may_name and one.is_due
    ]


def _statements(db: Session, viewer: Actor) -> list[Task]:
    """What external supervisors signed: to compare with the paper, or returned to me."""
    tasks = []
    for one in statements_seen(db, viewer=viewer):
        lines = words.count(len(one.lines), "session")
        if one.waits_for_me:
            title = f"{one.person} · statement of {one.supervisor}"
            reason = f"{lines}, signed on {words.day(one.signed_on)}: to compare with the signed paper."
            tasks.append(
                Task("To check", Tone.AMBER, title, reason, "", "Check", "supervision", {"show": "statements"})
            )
        elif one.is_mine and one.is_returned:
            title = f"Statement of {one.supervisor}, signed on {words.day(one.signed_on)}"
            reason = f"{one.steps[-1].who}: “{one.steps[-1].reason}”"
            tasks.append(
                Task("Returned", Tone.AMBER, title, reason, "", "Correct", "my_record", {"show": "statements"})
            )
    return tasks


def _serves_me(db: Session, viewer: Actor) -> list[Task]:
    if not is_reminded(db, viewer=viewer):
        return []
    reason = f"Five questions, once a year, until {words.day(date(viewer.on.year, 12, 31))}. Kept without your name."
    query = {"show": "serves_me"}
    return [Task("To answer", Tone.NEUTRAL, "How supervision serves me", reason, "", "Answer", "my_record", query)]


def _roles(db: Session, viewer: Actor) -> list[Task]:
    return [
        Task("To approve", Tone.AMBER, one.title, one.words, grant_to_approve=one.grant_id)
        for one in roles_to_approve(db, viewer=viewer)
    ]


def _certificates(db: Session, viewer: Actor) -> list[Task]:
    """What people sent in about their training, for the manager who may confirm it."""
    return [
        Task(
            "To confirm",
            Tone.NEUTRAL,
            f"{one.person} · {one.course}",
            f"Sent in: completed {words.day(one.completed_on)}.",
            button="Open",
            page="training",
            query={"show": "to_confirm"},
        )
        for one in to_confirm(db, viewer=viewer)
    ]


def my_standings(db: Session, *, viewer: Actor) -> list[Row]:
    """My own standing on everything required of me today, worst first."""
    rows = standings_seen(db, viewer=viewer, on=viewer.on, about=viewer.staff_id)
    return sorted(rows, key=lambda row: severity(row.standing))


@dataclass(frozen=True)
class Figure:
    """A number at the top: "31 of 36", with what is behind it."""

    label: str
    met: int
    duty: int
    behind: str


@dataclass(frozen=True)
class TeamView:
    figures: list[Figure]
    tasks: list[Task]


def my_team(db: Session, *, viewer: Actor) -> TeamView | None:
    """For a therapy manager: how the people of their communities stand today, and who needs something first; for a
    line manager the same of their reports. None for anyone who manages nobody."""
    manages = Role.THERAPY_MANAGER in viewer.roles and bool(communities_within(viewer, Object.TEAM_CHART))
    if not manages and Role.LINE_MANAGER not in viewer.roles:
        return None
    reports = set(db.scalars(reports_of(viewer.staff_id, viewer.on)))
    rows = [
        row
        for row in standings_seen(db, viewer=viewer, on=viewer.on)
        if row.staff_id != viewer.staff_id and (manages or row.staff_id in reports)
    ]
    pressing = sorted((row for row in rows if row.standing.status in LATE_OR_SOON), key=_pressing)
    return TeamView(_figures(rows), [_task_about(row, viewer) for row in pressing])


def _pressing(row: Row) -> tuple[object, ...]:
    return (*severity(row.standing), row.person)


def _task_about(row: Row, viewer: Actor) -> Task:
    page, button, needs = PLACES[row.kind]
    may_enter = holds(viewer, needs)
    return Task(
        status_word(row.standing.status),
        TONES[row.standing.status],
        f"{row.person} · {row.requirement}",
        row.standing.because,
        button=button if may_enter else "",
        page=page if may_enter else "",
        query={"person": str(row.staff_id)} | _what_for(row),
    )


def _what_for(row: Row) -> dict[str, str]:
    """What the page needs besides the person. A session counts for a minimum only with the purpose and in the form
    that it asks for."""
    if row.kind is not RequirementKind.SUPERVISION:
        return {"show": row.kind.value, "what": row.requirement}
    minimum = Minimum.read(row.requirement, row.bound.terms)
    return {"purposes": " ".join(minimum.purposes), "form": minimum.form_that_counts}


PLACES = {
    RequirementKind.SUPERVISION: ("record_supervision", "Plan a session", Permission.RECORD_SUPERVISION),
    RequirementKind.AGREEMENT: ("supervision", "Open", Permission.KEEP_AGREEMENTS),
    RequirementKind.COURSE: ("training", "Open", Permission.SIGNED_IN),
    RequirementKind.QUALIFICATION: ("training", "Open", Permission.SIGNED_IN),
    RequirementKind.REGISTRATION: ("registration", "Open", Permission.SIGNED_IN),
    RequirementKind.CHECK: ("registration", "Check", Permission.CHECK_REGISTERS),
    RequirementKind.PRACTICE: ("observe", "Observe", Permission.OBSERVE),
    RequirementKind.PERIOD: ("staff", "Open", Permission.KEEP_STAFF),
    RequirementKind.EVENT: ("staff", "Open", Permission.KEEP_STAFF),
}
"""Where each kind of requirement is put right, the word on the button, and who gets one."""
MY_PLACES = {
    RequirementKind.COURSE: "training",
    RequirementKind.QUALIFICATION: "training",
    RequirementKind.REGISTRATION: "registration",
    RequirementKind.PRACTICE: "practice",
    RequirementKind.AGREEMENT: "my_record",
}
"""Where a person sends in their own, or reads what was seen."""

FIGURES = {
    RequirementKind.SUPERVISION: "Supervision",
    RequirementKind.COURSE: "Training",
    RequirementKind.REGISTRATION: "Registrations",
    RequirementKind.PRACTICE: "At standard",
}


def _figures(rows: list[Row]) -> list[Figure]:
    figures = []
    for kind, label in FIGURES.items():
        by_person: dict[int, list[Standing]] = {}
        for row in rows:
            if row.kind is kind and TONES[row.standing.status] is not Tone.GREY and not row.bound.is_observation:
                by_person.setdefault(row.staff_id, []).append(row.standing)
        if not by_person:
            continue
        met = sum(all(standing.is_met for standing in theirs) for theirs in by_person.values())
        figures.append(Figure(label, met, len(by_person), _behind(list(by_person.values()))))
    return figures


def _behind(people: list[list[Standing]]) -> str:
    """Why some have not met it: whoever is late, and whoever simply has not got there yet, are together all of those;
    something due soon may be anybody's."""
    counts = Counter[str]()
    for theirs in people:
        is_late = any(TONES[standing.status] is Tone.BAD for standing in theirs)
        counts["late"] += is_late
        counts["not there yet"] += not is_late and not all(standing.is_met for standing in theirs)
        counts["due soon"] += any(standing.status is Status.DUE_SOON for standing in theirs)
    return words.listed([f"{count} {what}" for what, count in counts.items() if count]) or "nobody late or due soon"
