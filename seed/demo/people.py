"""The service and its people: who comes, in which post, with which account and role, who is away and who goes."""

from datetime import date

from sqlmodel import Session, select

from seed.demo import cast
from seed.demo.cast import Person
from seed.demo.stage import Stage
from tcsuper.access import actor_for_staff
from tcsuper.audit import record_event
from tcsuper.models import (
    Account,
    Community,
    Establishment,
    JobDescription,
    RequirementKind,
    Role,
    ServiceKind,
    Staff,
)
from tcsuper.services.accounts import approve_grant, grant_role, make_account, request_role, start_service
from tcsuper.services.leavers import end_post
from tcsuper.services.staff import (
    add_community,
    add_establishment,
    add_staff,
    record_absence,
    set_records_kept_from,
    start_post,
)
from tcsuper.services.starters import Supervised, add_starter


def plan_people(stage: Stage, everybody: dict[str, Person]) -> None:
    stage.at(stage.first_day, found_the_service)
    for key, person in everybody.items():
        stage.at(person.started(stage), arrive, key, person)
    for key, role, place in cast.GRANTS:
        stage.at(stage.first_day, give_role, key, role, place)
    for community, manager in cast.MANAGER_OF.items():
        stage.at(stage.first_day, begin_records, community, manager)
    for key, (since, days) in cast.VISITORS.items():
        stage.at(stage.ago(since), let_in, key, stage.ago(since), stage.ago(since - days))
    begin, end = stage.ago(cast.RUAIRI_STOOD_IN), stage.ago(cast.RUAIRI_STOOD_IN - 27)
    stage.at(begin, give_role, "ruairi.o.dalaigh", Role.THERAPY_MANAGER, cast.B, begin, end)
    begin = stage.ago(cast.TEGWEN_IN_C)
    stage.at(begin, take_post, "tegwen.wyn-parry", "creative_psychotherapist", cast.C, begin, 18.5)
    begin = stage.ago(cast.HARPREET_ACTS)
    stage.at(begin, take_post, "harpreet.sandhu-dhillon", "therapy_manager", cast.D, begin, 37, True)
    stage.at(begin, give_role, "harpreet.sandhu-dhillon", Role.THERAPY_MANAGER, cast.D, begin)
    stage.at(stage.today, ask_for_role, "imran.chaudhry", cast.B, stage.ago(-7), stage.ago(-27))
    stage.at(stage.ago(cast.CARYS_AWAY), go_away, "carys.llwyd", stage.ago(cast.CARYS_AWAY))
    stage.at(stage.ago(cast.CRAIG_AWAY), go_away, "craig.dunmore", stage.ago(cast.CRAIG_AWAY))
    stage.at(stage.ago(cast.LEE_LEFT + 20), leave_post, "lee.cartwright", cast.C, stage.ago(cast.LEE_LEFT))
    stage.at(stage.ago(cast.SION_STARTED + 5), begin_work, cast.SION, cast.B, stage.ago(cast.SION_STARTED))
    stage.at(stage.ago(9), leave_post, "padraig.o.se", cast.A, stage.ago(cast.PADRAIG_LEAVES))


def found_the_service(db: Session, stage: Stage) -> None:
    start_service(
        db,
        establishment_name="Ashdown",
        community_names=[cast.A, cast.B, cast.C, cast.D, cast.U],
        admin_name=cast.ADMINISTRATOR,
        username=cast.username(cast.ADMINISTRATOR),
    )
    admin = db.exec(select(Staff)).one()
    stage.people["admin"], stage.names["admin"] = admin.id or 0, admin.full_name
    by = actor_for_staff(db, admin.id or 0)
    rowan = add_establishment(db, by=by, name="Rowan House", service_kind=ServiceKind.CHILDREN)
    for name in (cast.ROWAN, cast.ALDER):
        add_community(db, by=by, establishment_id=rowan.id or 0, name=name)
    stage.communities = {community.name: community.id or 0 for community in db.exec(select(Community))}
    stage.made |= {one.name: one.id for one in db.exec(select(Establishment))}
    stage.jobs = {job.code: job.id or 0 for job in db.exec(select(JobDescription))}


def arrive(db: Session, stage: Stage, key: str, person: Person) -> None:
    staff = add_staff(
        db,
        by=stage.someone("admin"),
        full_name=person.name,
        employment=person.employment,
        staff_number=f"{len(stage.people):04}" if person.community else None,
        email=f"{key}@service.example" if person.community else "",
    )
    stage.people[key], stage.names[key] = staff.id or 0, person.name
    if person.community:
        start_on = person.started(stage)
        take_post(db, stage, key, person.job, person.community, start_on, person.hours, line_manager=person.manager)
    if key not in cast.VISITORS:
        _open_account(db, stage, key)


def take_post(
    db: Session,
    stage: Stage,
    key: str,
    job: str,
    community: str,
    start_on: date,
    hours: float,
    is_acting: bool = False,
    line_manager: str = "",
) -> None:
    post = start_post(
        db,
        by=stage.someone("admin"),
        staff_id=stage.people[key],
        job_description_id=stage.jobs[job],
        community_id=stage.communities[community],
        start_on=start_on,
        hours_a_week=hours,
        line_manager_id=stage.people[line_manager] if line_manager else None,
        is_acting=is_acting,
    )
    stage.posts[key, community] = post.id or 0


def _open_account(db: Session, stage: Stage, key: str) -> None:
    """Without a password, since people are picked here. Through the service it would take a quarter of a second each
    to make one, so only accounts that end come that way (`let_in`), to be held to their limits."""
    account = Account(staff_id=stage.people[key], username=key)
    db.add(account)
    db.flush()
    record_event(
        db,
        by=stage.someone("admin"),
        action="make_account",
        object_kind="account",
        object_key=account.id,
        about=[account.staff_id],
    )


def let_in(db: Session, stage: Stage, key: str, starts_on: date, ends_on: date) -> None:
    """A visitor, for a time."""
    if key == "yvonne.castell":
        give_role(db, stage, key, Role.AUDITOR, "Ashdown", starts_on, ends_on)
    make_account(
        db,
        by=stage.someone("admin"),
        staff_id=stage.people[key],
        username=key,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def give_role(
    db: Session,
    stage: Stage,
    key: str,
    role: Role,
    place: str,
    start_on: date | None = None,
    end_on: date | None = None,
) -> None:
    grant = grant_role(
        db,
        by=stage.someone("admin"),
        staff_id=stage.people[key],
        role=role,
        community_id=stage.communities.get(place),
        establishment_id=stage.made.get(place),
        start_on=start_on or stage.first_day,
        end_on=end_on,
    )
    if grant.approved_at is None:
        approve_grant(db, by=stage.someone(cast.DIRECTOR), grant_id=grant.id or 0)


def ask_for_role(db: Session, stage: Stage, key: str, place: str, start_on: date, end_on: date) -> None:
    """What waits on the director's first page today."""
    request_role(
        db,
        by=stage.someone(cast.MANAGER_OF[place]),
        staff_id=stage.people[key],
        role=Role.THERAPY_MANAGER,
        community_id=stage.communities[place],
        start_on=start_on,
        end_on=end_on,
    )


def begin_records(db: Session, stage: Stage, community: str, manager: str) -> None:
    for kind in RequirementKind:
        set_records_kept_from(
            db,
            by=stage.someone(manager),
            community_id=stage.communities[community],
            kind=kind,
            from_on=stage.first_day,
        )


def go_away(db: Session, stage: Stage, key: str, start_on: date) -> None:
    record_absence(db, by=stage.someone("admin"), staff_id=stage.people[key], start_on=start_on)


def leave_post(db: Session, stage: Stage, key: str, community: str, end_on: date) -> None:
    end_post(db, by=stage.someone("admin"), post_id=stage.posts[key, community], end_on=end_on)


def begin_work(db: Session, stage: Stage, name: str, community: str, start_on: date) -> None:
    """By the one form for a starter: a post, a supervisor, and an account, which the administrator then makes."""
    key = cast.username(name)
    manager = cast.MANAGER_OF[community]
    post = add_starter(
        db,
        by=stage.someone(manager),
        full_name=name,
        job_description_id=stage.jobs["tc_officer"],
        community_id=stage.communities[community],
        start_on=start_on,
        line_manager_id=stage.people[manager],
        supervised=[Supervised(stage.people[manager])],
        asks_account=True,
    )
    stage.people[key], stage.names[key] = post.staff_id, name
    make_account(db, by=stage.someone("admin"), staff_id=post.staff_id, username=key)
