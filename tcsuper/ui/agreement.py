"""One agreement opened: its terms, who has signed it, its reviews, and what its parties and keepers can do."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import TraineeSupervisor
from tcsuper.queries.readers import readers_of_agreement
from tcsuper.queries.signing import AgreementSeen, Party, Reviewed, agreement_seen, my_agreements
from tcsuper.rules.standing import TONES, add_months, status_word
from tcsuper.services.agreements import end_agreement
from tcsuper.services.signing import (
    correct_review,
    let_read_former_records,
    record_paper_signature,
    review_agreement,
    sign_agreement,
    void_review,
    withdraw_former_records,
)
from tcsuper.settings import service_number
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import chip, row_list

OFTEN = {7: "Weekly", 14: "Fortnightly"}
TRAINEE_WORDS = {
    TraineeSupervisor.COORDINATING: "Coordinating supervisor of a trainee",
    TraineeSupervisor.DESIGNATED: "Designated supervisor of a trainee",
}
VOIDED, CHANGED = "It did not take place", "Another day"


def how_often(days: int) -> str:
    weeks, rest = divmod(days, 7)
    return OFTEN.get(days, f"Every {words.count(days, 'day') if rest else words.count(weeks, 'week')}")


def meets(one: AgreementSeen) -> str:
    """Fortnightly, 1 h, Group room."""
    return ", ".join(part for part in (how_often(one.every_days), words.length(one.usual_minutes), one.place) if part)


# ---------------------------------------------------------------------------------------------------------------------
# On the page of those who keep agreements


def show_agreement(me: Actor, agreement_id: int, on: date) -> None:
    with reading() as db:
        one = agreement_seen(db, viewer=me, agreement_id=agreement_id, on=on)
        months = service_number(db, "review_every_months")
    if one is None:
        st.info("This agreement is not in force on this day, or you do not have access to it.")
        return
    with st.container(border=True):
        st.subheader(plain(one.title), anchor=False)
        _how_it_stands(one)
        _terms(one)
        _signatures(me, one)
        _reviews(me, one, months)
        _former_records(me, one)
        who_can_see(
            f"agreement-{agreement_id}", lambda db: readers_of_agreement(db, viewer=me, agreement_id=agreement_id)
        )
        if one.may_end:
            _end(me, one)


def _how_it_stands(one: AgreementSeen) -> None:
    standing = one.standing
    chip(status_word(standing.status), TONES[standing.status])
    st.markdown("  \n".join(plain(said) for said in (standing.because, standing.next_step) if said))


def _terms(one: AgreementSeen) -> None:
    lasts = f"{words.day(one.start_on)} to {words.day(one.end_on) if one.end_on else 'no end agreed'}"
    facts = {"Meets": meets(one), "From": lasts, "Next review": words.day(one.review_on)}
    if one.of_supervision:
        facts["For"] = "Supervision of supervision"
    if one.trainee_role is not None:
        work = f": {one.piece_of_work}" if one.piece_of_work else ""
        facts["Trainee"] = f"{TRAINEE_WORDS[one.trainee_role]}{work}"
    if one.rule_sets:
        facts["Meant for"] = words.listed(one.rule_sets)
    if one.former:
        facts["Goes on from"] = "; ".join(one.former)
    st.markdown("  \n".join(f"**{label}:** {plain(said)}" for label, said in facts.items()))
    if one.confidentiality:
        with st.expander("Confidentiality"):
            st.text(one.confidentiality)


# ---------------------------------------------------------------------------------------------------------------------
# Signatures


def _signatures(me: Actor, one: AgreementSeen) -> None:
    missing = [party for party in one.parties if party.signed_on is None]
    signed = [party for party in one.parties if party.signed_on is not None]
    said = [f"Signed by {words.listed([_signed(party) for party in signed])}." if signed else "Nobody has signed here."]
    said += [f"Not signed by {words.listed([party.name for party in missing])}."] if signed and missing else []
    st.markdown("**Signatures**  \n" + "  \n".join(plain(line) for line in said))
    if one.may_sign:
        sign_button(me, one.agreement_id, one.title)
    others = [party for party in missing if party.staff_id != me.staff_id]
    if one.may_keep_up and others:
        _paper_form(me, one, others)


def _signed(party: Party) -> str:
    assert party.signed_on is not None
    on_paper = f", on paper, seen by {party.on_paper}" if party.on_paper else ""
    return f"{party.name} ({words.day(party.signed_on)}{on_paper})"


def sign_button(me: Actor, agreement_id: int, title: str) -> None:
    form = record_button(f"sign-agreement-{agreement_id}", "Sign")
    if form.submitted:
        with saving(form, done=f"{title}: signed.") as db:
            sign_agreement(db, by=me, submission=form.key, agreement_id=agreement_id)


def _paper_form(me: Actor, one: AgreementSeen, others: list[Party]) -> None:
    name = f"paper-{one.agreement_id}"
    with st.expander("Somebody signed on paper"), record_form(name, submit="Note it") as form:
        named = {party.staff_id: party.name for party in others}
        staff_id = st.selectbox(
            "Who?",
            list(named),
            index=0 if len(named) == 1 else None,
            format_func=named.__getitem__,
            key=form.widget_key("who"),
        )
        form.slot("staff_id")
        signed_on = pick_day("Signed on", today(), form.widget_key("on"))
        form.slot("signed_on")
    if form.submitted:
        with saving(form, done="The signature is noted.") as db:
            record_paper_signature(
                db,
                by=me,
                submission=form.key,
                agreement_id=one.agreement_id,
                staff_id=staff_id or 0,
                signed_on=signed_on,
            )


# ---------------------------------------------------------------------------------------------------------------------
# Reviews


def _reviews(me: Actor, one: AgreementSeen, months: int) -> None:
    if one.reviews:
        lines = [
            f"{words.day(review.reviewed_on)}, next by {words.day(review.next_review_on)}; "
            f"entered by {review.recorded_by}"
            for review in one.reviews
        ]
        st.markdown("**Reviewed**\n" + "\n".join(f"- {plain(line)}" for line in lines))
    if not one.may_keep_up or one.start_on > today():
        return
    with (
        st.expander("Record a review", expanded=one.is_review_due),
        record_form(f"review-{one.agreement_id}", submit="Record the review") as form,
    ):
        left, right = st.columns(2)
        with left:
            reviewed_on = pick_day("Reviewed on", today(), form.widget_key("on"))
            form.slot("reviewed_on")
        with right:
            next_review_on = pick_day("Next review by", add_months(today(), months), form.widget_key("next"))
            form.slot("next_review_on")
    if form.submitted:
        with saving(form, done=f"Reviewed. Next by {words.day(next_review_on)}.") as db:
            review_agreement(
                db,
                by=me,
                submission=form.key,
                agreement_id=one.agreement_id,
                reviewed_on=reviewed_on,
                next_review_on=next_review_on,
            )
    if one.reviews:
        _correct_review(me, one.reviews[0])


def _correct_review(me: Actor, last: Reviewed) -> None:
    name = f"correct-review-{last.review_id}"
    with st.expander("The last review is entered wrongly"), record_form(name, submit="Correct it") as form:
        what = st.radio("What is wrong?", [CHANGED, VOIDED], key=form.widget_key("what"))
        left, right = st.columns(2)
        with left:
            reviewed_on = pick_day("Reviewed on", last.reviewed_on, form.widget_key("on"))
            form.slot("reviewed_on")
        with right:
            next_review_on = pick_day("Next review by", last.next_review_on, form.widget_key("next"))
            form.slot("next_review_on")
        reason = st.text_input("Reason", max_chars=2000, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done="Corrected. What was entered before stays on the record.") as db:
            if what == VOIDED:
                void_review(db, by=me, submission=form.key, review_id=last.review_id, reason=reason)
            else:
                correct_review(
                    db,
                    by=me,
                    submission=form.key,
                    review_id=last.review_id,
                    reason=reason,
                    reviewed_on=reviewed_on,
                    next_review_on=next_review_on,
                )


# ---------------------------------------------------------------------------------------------------------------------
# After a hand-over


def _former_records(me: Actor, one: AgreementSeen) -> None:
    """The supervisee says whether the new supervisor may read what was written before; the supervisor sees who does."""
    if one.lets_read:
        who = words.listed(one.lets_read)
        st.caption(plain(f"{who} let you read the shared records from before. You find them in the log."))
    if one.i_let_read is None:
        return
    before = one.former[0].split(", until")[0]
    what = f"what you and {before} wrote down together" if len(one.former) == 1 else "what was shared before"
    if one.i_let_read:
        st.markdown(plain(f"You let {one.supervisor} read {what}. You see every reading on your record."))
        form = record_button(f"withdraw-former-{one.agreement_id}", "Take this back")
        if form.submitted:
            with saving(form, done=f"{one.supervisor} can no longer read it.") as db:
                withdraw_former_records(db, by=me, submission=form.key, agreement_id=one.agreement_id)
        return
    group = " What was shared in a group is opened once all who were there have agreed." if one.is_group else ""
    st.markdown(
        plain(f"{one.supervisor} cannot read {what}, unless you agree. You can take it back at any time.{group}")
    )
    form = record_button(f"let-read-former-{one.agreement_id}", f"Let {one.supervisor} read it")
    if form.submitted:
        with saving(form, done=f"{one.supervisor} can read it now. You see every reading on your record.") as db:
            let_read_former_records(db, by=me, submission=form.key, agreement_id=one.agreement_id)


def _end(me: Actor, one: AgreementSeen) -> None:
    with st.expander("End it"), record_form(f"end-agreement-{one.agreement_id}", submit="End it") as form:
        st.caption(
            "Its sessions up to the last day can still be recorded for 28 days; reading them ends then too. Sessions "
            "planned after it are taken off. To give it to another supervisor, use “Hand over” below."
        )
        end_on = pick_day("Last day", one.end_on or today(), form.widget_key("end_on"))
        form.slot("end_on")
    if form.submitted:
        with saving(form, done=f"The agreement ends on {words.day(end_on)}.") as db:
            end_agreement(db, by=me, submission=form.key, agreement_id=one.agreement_id, end_on=end_on)


# ---------------------------------------------------------------------------------------------------------------------
# On my record


def my_agreements_part(me: Actor, on: date) -> None:
    """The agreements by which I am supervised: where, how often, on what terms, and whether I have signed them."""
    with reading() as db:
        mine = my_agreements(db, viewer=me, on=on)
    if not mine:
        return
    asked = st.query_params.get("agreement", "")
    st.subheader("My agreements", anchor=False)
    with row_list("my-agreements") as listed:
        for one in mine:
            word, tone = status_word(one.standing.status), TONES[one.standing.status]
            begins = f"From {words.day(one.start_on)}. " if one.start_on > on else ""
            review = f"{begins}{_review_words(one, on)}"
            title = f"{one.purpose} with {one.supervisor}" + (f": {one.whom}" if one.is_group else "")
            with listed.row(word, tone, title, f"{meets(one)}.", review, _mine_said(me, one)):
                if one.may_sign:
                    sign_button(me, one.agreement_id, title)
    for one in mine:
        with st.expander(plain(f"The terms: {one.title}"), expanded=asked == str(one.agreement_id)):
            _terms(one)
            _signatures_read(one)
            _former_records(me, one)


def _review_words(one: AgreementSeen, on: date) -> str:
    if one.review_on < on:
        return f"Its review was due {words.day(one.review_on)}. Ask your supervisor for it."
    return f"Next review by {words.day(one.review_on)}."


def _mine_said(me: Actor, one: AgreementSeen) -> str:
    mine = next((party for party in one.parties if party.staff_id == me.staff_id), None)
    if mine is not None and mine.signed_on is not None:
        return f"You signed on {words.day(mine.signed_on)}."
    if one.is_my_signature_awaited:
        return "It waits for your signature."
    return "You may sign it here too." if one.may_sign else ""


def _signatures_read(one: AgreementSeen) -> None:
    signed = [_signed(party) for party in one.parties if party.signed_on is not None]
    st.markdown(plain(f"Signed by {words.listed(signed)}." if signed else "Nobody has signed here."))
