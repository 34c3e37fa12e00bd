"""What a new version of a job description left to settle: one form for each, and the way back."""

from collections.abc import Callable, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.settling import PairToSettle, ToSettle, to_settle
from tcsuper.rules.standing import Tone
from tcsuper.services.settling import carry_over, settle_former, settle_new, take_back
from tcsuper.ui.job_description_versions import BECAME, says_more
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import row_list

ASKED = "jd_asked_to_settle"
FORMS_AT_ONCE = 12
"""Two documents that could not be compared leave a hundred to settle: drawn all at once they are slow and no help."""


def settle_part(me: Actor) -> None:
    """For those who set the rules."""
    with reading() as db:
        pairs = to_settle(db, viewer=me)
    if not any(pair.items for pair in pairs):
        st.success("Nothing is left to settle.", icon=":material/check_circle:")
    if not pairs:
        st.caption("What a new version merges, splits, drops or adds will wait here until somebody has looked at it.")
    _settled_meanwhile(pairs)
    for pair in pairs:
        _pair(me, pair)


def _settled_meanwhile(pairs: Sequence[PairToSettle]) -> None:
    """What this tab still asked about, and was settled elsewhere since: a click on its form came too late, and would
    else be lost without a word."""
    decided = {(pair.version_id, one) for pair in pairs for decision in pair.decisions for one in decision.about}
    late = [title for one, title in memory().get(ASKED, {}).items() if one in decided]
    memory()[ASKED] = {
        (pair.version_id, item.responsibility_id): f"{item.duty.number}. {item.duty.short_title}"
        for pair in pairs
        for item in pair.items
    }
    if late:
        st.info(
            plain(
                f"Settled since this page was drawn, by somebody else or in another tab: {words.listed(late)}. Nothing "
                "that you chose for it here was saved. To decide otherwise, take that decision back first."
            ),
            icon=":material/info:",
        )


def _own_save() -> Callable[[], object]:
    """What was settled in this tab is told by its own message."""
    remembered = memory()
    return lambda: remembered.pop(ASKED, None)


def _pair(me: Actor, pair: PairToSettle) -> None:
    st.subheader(plain(pair.role_name), anchor=False)
    st.markdown(
        plain(
            f"From {pair.former_label} to {pair.new_label}, in force from {words.day(pair.in_force_from)}. "
            + (f"{len(pair.items)} to settle." if pair.items else "All settled.")
        )
    )
    if pair.items and not pair.is_compared:
        st.info(
            "The two could not be compared: of one of them the catalogue has short titles and no sentences. Read in "
            "that document first, and what plainly goes on is one click; or settle by hand below.",
            icon=":material/info:",
        )
    _carry_over_button(me, pair)
    if pair.items:
        with row_list(f"settle-{pair.version_id}") as listed:
            for item in pair.items[:FORMS_AT_ONCE]:
                word, tone = BECAME[item.became] if item.became else ("To settle", Tone.AMBER)
                side = pair.former_label if item.is_former else pair.new_label
                title = f"{item.duty.number}. {item.duty.short_title} ({side})"
                text = item.duty.text if says_more(item.duty.text, item.duty.short_title) else ""
                place = listed.row(word, tone, title, text, item.because, *_behind(item))
                with place, st.popover("Settle", width="stretch", key=_name_of(item)):
                    _settle_form(me, pair, item)
        if len(pair.items) > FORMS_AT_ONCE:
            st.caption(f"{len(pair.items) - FORMS_AT_ONCE} more follow as these are settled.")
        st.caption("Who is named in communities that are not yours is not shown here, and goes on in the same way.")
    _take_back_form(me, pair)


def _name_of(item: ToSettle) -> str:
    """One of a version between two others may wait twice: as what is new in it, and as what was before the next."""
    return f"settle-{item.is_former}-{item.responsibility_id}"


def _behind(item: ToSettle) -> list[str]:
    told = []
    if item.with_named:
        told.append(f"Named: {words.listed(item.with_named)}.")
    if item.with_called_for:
        told.append(f"Calls for {words.listed(item.with_called_for)}.")
    return told


def _carry_over_button(me: Actor, pair: PairToSettle) -> None:
    if not pair.to_carry_over:
        return
    plainly = words.count(pair.to_carry_over, "responsibility", "responsibilities")
    form = record_button(f"carry_over-{pair.version_id}", f"Carry over {plainly} unchanged, reworded or moved")
    if form.submitted:
        form.once_saved = _own_save()
        with saving(form, done=f"{plainly} of {pair.role_name} carried over.") as db:
            carry_over(db, by=me, submission=form.key, job_description_id=pair.version_id)


def _settle_form(me: Actor, pair: PairToSettle, item: ToSettle) -> None:
    others = pair.new if item.is_former else pair.former
    goes_on, ends = (
        ("It goes on", "It ends with its version") if item.is_former else ("It continues others", "It is new")
    )
    which = "Goes on as" if item.is_former else "Continues"
    with record_form(_name_of(item), submit="Settle") as form:
        st.markdown(f"**{item.duty.number}\\. {plain(item.duty.short_title)}**")
        st.caption(plain(item.because))
        choice = st.radio(
            "What comes of it",
            [goes_on, ends],
            index=0 if item.suggested else None,
            key=form.widget_key("choice"),
        )
        form.slot("choice")
        with_ids = st.multiselect(
            which,
            list(others),
            default=list(item.suggested),
            format_func=others.__getitem__,
            key=form.widget_key("with_ids"),
            placeholder="None",
        )
        form.slot("with_ids")
        st.caption("Who is named for it and what it calls for goes on too.")
    if not form.submitted:
        return
    if choice is None:
        form.point_out({"choice": "Choose what comes of it."})
    elif choice == goes_on and not with_ids:
        form.point_out({"with_ids": f"Choose at least one. Or choose: {ends.lower()}."})
    else:
        chosen = with_ids if choice == goes_on else []
        form.once_saved = _own_save()
        with saving(form, done=f"{item.duty.number}. {item.duty.short_title}: settled.") as db:
            if item.is_former:
                settle_former(db, by=me, submission=form.key, former_id=item.responsibility_id, goes_on_as=chosen)
            else:
                settle_new(db, by=me, submission=form.key, new_id=item.responsibility_id, continues=chosen)


def _take_back_form(me: Actor, pair: PairToSettle) -> None:
    if not pair.decisions:
        return
    by_id = {one.continuation_ids[0]: one for one in pair.decisions}
    with st.expander(f"What goes on, as was decided or by its wording ({len(pair.decisions)})"):
        st.table(
            [
                {"What": plain(one.says), "By": "a decision" if one.is_decided else "its wording"}
                for one in pair.decisions
            ],
            border="horizontal",
        )
        chosen = st.selectbox(
            "Take one back",
            list(by_id),
            index=None,
            format_func=lambda one: by_id[one].says,
            key=f"jd_take_back-{pair.version_id}",
            placeholder="Choose one",
        )
        if chosen is None:
            return
        decision = by_id[chosen]
        st.caption("It waits to be settled again. Until then nobody is named for it in the new version.")
        form = record_button(f"take_back-{decision.continuation_ids[0]}", "Take it back")
        if form.submitted:
            with saving(form, done="Taken back: it waits to be settled.") as db:
                take_back(db, by=me, submission=form.key, continuation_ids=decision.continuation_ids)
