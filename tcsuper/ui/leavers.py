"""Somebody leaves: who, which post, which day; what ends with it and what it leaves uncovered; then one button."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import NotAllowed
from tcsuper.queries.hanging import ONE_AND_SEVERAL, Part
from tcsuper.queries.leavers import Leaving, Supervises, leaving, supervises
from tcsuper.queries.people import Person, people_to_choose, supervisors_to_choose
from tcsuper.queries.staff import LEFT, OnePerson, PostLine, one_person
from tcsuper.services.leavers import end_post, move_last_day, take_back_end
from tcsuper.ui.memory import memory
from tcsuper.ui.pickers import pick_day, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.responsibilities import changes_list
from tcsuper.ui.saving import record_button, record_form, saving

LEAVES, STAYS = "Leaves the service", "Takes another post"
HEADINGS = {
    Part.SUPERVISED: "Their own supervision",
    Part.SUPERVISING: "Whom they supervise",
    Part.LEADING: "Groups they supervise",
    Part.MEMBER: "Their places in groups",
    Part.STAND_IN: "Standing in",
    Part.TRAINEESHIP: "Training for a qualification",
    Part.HOLDING: "What they lead",
    Part.PLACE: "Places on courses, withdrawn",
    Part.TRAINER: "What they teach",
    Part.ROLE: "Roles",
    Part.REQUEST: "Account asked for",
    Part.ACCOUNT: "Account",
}


def leaver_part(me: Actor) -> None:
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.PERSON, action=Action.UPDATE)
    leaver = pick_staff("Who leaves?", [one for one in people if one.staff_id != me.staff_id], "leaver")
    if leaver is None:
        st.caption("Choose who leaves. What ends with it is shown before anything is stored.")
        return
    with reading() as db:
        person = one_person(db, viewer=me, staff_id=leaver.staff_id, on=today())
    post = _pick_post(person)
    if post is None:
        return
    if post.end_on is not None:
        _take_back(me, leaver, post)
    else:
        _end(me, leaver, post)


def _pick_post(person: OnePerson) -> PostLine | None:
    """Of the posts that are not over: the only one, or the one chosen."""
    open_posts = {post.post_id: post for post in person.posts if post.state != LEFT}
    if not open_posts:
        st.info("There is no post to end.")
        return None
    chosen = st.selectbox("Post", list(open_posts), format_func=person.titles.__getitem__, key="leaver_post")
    return open_posts[chosen]


# ---------------------------------------------------------------------------------------------------------------------
# It ends


def _end(me: Actor, leaver: Person, post: PostLine) -> None:
    with record_form(f"end_post-{post.post_id}", submit="End the post", live=True) as form:
        last_day = pick_day("Last day", today(), form.widget_key("end_on"))
        form.slot("end_on")
        plan = _plan(me, post, last_day)
        if plan is None:
            st.error("There is no such record, or you do not have access to it.")
            return
        stays = False
        if plan.may_stay:
            chosen = st.segmented_control("And then?", [LEAVES, STAYS], default=LEAVES, key=form.widget_key("stays"))
            stays = chosen == STAYS
            plan = (_plan(me, post, last_day, stays) if stays else plan) or plan
        _what_it_is(plan)
        next_supervisors = _who_goes_on(me, plan, form.widget_key("next"))
        form.slot("next_supervisors")
        if next_supervisors:
            plan = _plan(me, post, last_day, stays, next_supervisors) or plan
        _show(plan)
        shown = memory().get("leaving", {}).get(post.post_id, "")
    memory()["leaving"] = {post.post_id: plan.mark}
    if form.submitted:
        with saving(form, done="") as db:
            done = end_post(
                db,
                by=me,
                submission=form.key,
                post_id=post.post_id,
                end_on=last_day,
                stays=stays,
                next_supervisors=next_supervisors,
                shown=shown,
            )
            form.done = _done(done)


def _plan(
    me: Actor, post: PostLine, last_day: date, stays: bool = False, chosen: Mapping[int, int] | None = None
) -> Leaving | None:
    try:
        with reading() as db:
            return leaving(
                db,
                viewer=me,
                post_id=post.post_id,
                end_on=last_day,
                stays=stays,
                next_supervisors=chosen or {},
            )
    except NotAllowed:
        return None


def _who_goes_on(me: Actor, plan: Leaving, key: str) -> dict[int, int]:
    """For each group and person that the leaver supervises: who supervises them next. Left open, nobody does."""
    with reading() as db:
        theirs = supervises(db, viewer=me, plan=plan)
        people = [one for one in supervisors_to_choose(db, viewer=me) if one.staff_id != plan.staff_id]
    if not theirs:
        return {}
    if not plan.leaves_service:
        people = [Person(plan.staff_id, plan.name, "goes on with it"), *people]
    st.markdown("**Who goes on with whom they supervise**")
    chosen = {}
    for one, side in zip(theirs, _in_two(len(theirs)), strict=True):
        with side:
            person = pick_staff(plain(_whom(one)), people, f"{key}-{one.agreement_id}", "Nobody yet")
        if person is not None:
            chosen[one.agreement_id] = person.staff_id
    return chosen


def _whom(one: Supervises) -> str:
    return f"Next supervisor: {one.whom}"


def _in_two(how_many: int) -> list["st.delta_generator.DeltaGenerator"]:
    """Places for fields, two to a line; on a phone one under the other."""
    return [column for _ in range(0, how_many, 2) for column in st.columns(2)][:how_many]


def _show(plan: Leaving) -> None:
    """What ends, what goes on with somebody else, and what is left for others: all of it before the button."""
    if plan.problems:
        st.error("\n".join(f"- {plain(one)}" for one in plan.problems.values()), icon=":material/error:")
    st.markdown(f"**What ends with {words.day(plan.last_day)}**")
    if not plan.ends:
        st.caption("The post, and nothing else.")
    with st.container(border=True, key="leaver-ends") if plan.ends else st.container():
        for part, ends in groupby(plan.ends, key=lambda one: one.part):
            lines = [
                plain(one.words if one.last_day == plan.last_day else f"{one.words} On {words.day(one.last_day)}.")
                for one in ends
            ]
            st.markdown("  \n".join([f"**{HEADINGS[part]}**", *lines]))
    if plan.handed_over:
        st.markdown("**What goes on with somebody else**")
        st.markdown("\n".join(f"- {plain(one.words)}" for one in plan.handed_over))
    st.markdown("**What it leaves to be seen to**")
    if plan.uncovered:
        changes_list(plan.uncovered, "leaver")
    if plan.left:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in plan.left))
    if not plan.uncovered and not plan.left:
        st.success("Nothing that you can see: nobody is left without somebody, and nothing led is left uncovered.")


def _what_it_is(plan: Leaving) -> None:
    until = words.day(plan.last_day)
    if plan.leaves_service:
        said = f"{plan.name} leaves the service with {until} as the last day. Their records stay."
    elif plan.leaves_community:
        said = f"{plan.name} leaves {plan.community} with {until} as the last day, and stays in the service."
        said += " Agreements with one person go on, and so does the account."
    else:
        said = f"{plan.name} stays in {plan.community} with another post; this one ends with {until}."
    st.markdown(plain(said))
    st.caption(
        "Until that day nothing changes, and it can be taken back as long as the day is not over."
        if plan.last_day >= today()
        else "The day is past: all of it ends at once, and it cannot be taken back."
    )


def _done(plan: Leaving) -> str:
    ended = [words.count(number, *ONE_AND_SEVERAL[part]) for part, number in plan.counts.items()]
    said = f"{plan.name}: the post of {plan.title} ends on {words.day(plan.last_day)}."
    if ended:
        said += f" With it: {words.listed(ended)}."
    if plan.taken_off:
        said += f" {words.count(plan.taken_off, 'planned session')} taken off."
    if plan.handed_over:
        said += f" Handed over: {words.count(len(plan.handed_over), 'agreement')}."
    worse = [one.after.led.title for one in plan.uncovered if one.is_worse]
    left = [*([f"Less well covered: {words.listed(worse)}."] if worse else []), *plan.left]
    return " ".join([said, *left])


# ---------------------------------------------------------------------------------------------------------------------
# It goes on after all


def _take_back(me: Actor, leaver: Person, post: PostLine) -> None:
    assert post.end_on is not None
    with st.container(border=True):
        st.markdown(plain(f"{leaver.full_name}: the post of {post.title} ends on {words.day(post.end_on)}."))
        st.caption(
            "Taken back, the post goes on, and with it what ended: agreements, places in groups, what they lead, roles "
            "and the account, where nothing else ended them since. To be entered again: planned sessions, places on "
            "courses, and what was still to begin. What was handed over stays with the new supervisor."
        )
        form = record_button(f"take_back-{post.post_id}", "Take it back")
    if form.submitted:
        with saving(form, done="") as db:
            taken = take_back_end(db, by=me, submission=form.key, post_id=post.post_id)
            form.done = f"{leaver.full_name}: the post of {post.title} goes on. {taken.words}".strip()
    _move(me, post, post.end_on)


def _move(me: Actor, post: PostLine, shown: date) -> None:
    """Two things at once, the end taken back and entered anew: nobody has to think of the second."""
    with record_form(f"move_last_day-{post.post_id}", submit="Change the last day") as form:
        end_on = pick_day("Another last day", shown, form.widget_key(f"end_on-{shown}"))
        form.slot("end_on")
        st.caption(
            "What ended with the post ends with this day instead. Planned sessions and places on courses that were "
            "taken off stay off, and whoever was chosen to go on with somebody begins on the day agreed."
        )
    if form.submitted:
        with saving(form, done="") as db:
            form.done = _done(
                move_last_day(db, by=me, submission=form.key, post_id=post.post_id, end_on=end_on, shown=shown)
            )
