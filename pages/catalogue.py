"""Catalogue: what is asked of whom, by which source, how sure it is, and what your service set itself."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.database import reading
from tcsuper.queries.catalogue import (
    body_rules,
    communities,
    course_list,
    establishments_kept,
    job_descriptions,
    may_set_rules,
    purposes_and_rule_sets,
    requirements_of,
    responsibilities_of,
    service_numbers,
    version_in_force,
)
from tcsuper.ui.called_for import called_for_part, cross_references
from tcsuper.ui.catalogue import (
    bodies_list,
    communities_table,
    community_form,
    courses_list,
    kept_from_form,
    led_form,
    legend,
    minimum_form,
    number_form,
    numbers_list,
    particulars,
    pick_job_description,
    purpose_form,
    purposes_table,
    requirements_list,
    responsibilities_table,
    rule_sets_list,
    target_form,
)
from tcsuper.ui.course_rules import course_rules_part
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.readers import permission_table
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.standard_sets import standard_sets_part
from tcsuper.ui.themes import themes_part

me = signed_in_staff(needs=Permission.SEE_CATALOGUE)
as_at = page_title_as_at("Catalogue", "What is asked of whom, where that comes from, and what your service set itself.")
sets_rules = may_set_rules(me)
with reading() as db:
    documents, purposes = job_descriptions(db, viewer=me), purposes_and_rule_sets(db, viewer=me)
if not documents:
    st.info("The catalogue is empty. Run `python -m seed` on the server: it loads the job descriptions and the rules.")
    st.stop()

PARTS = (
    *("Job descriptions", "Requirements", "Training", "Bodies", "Supervision", "Standards", "Settings"),
    "Who may do what",
)
shown = st.segmented_control("Part", PARTS, default=PARTS[0], key="catalogue_part", label_visibility="collapsed")
if shown in (None, "Job descriptions"):
    role = pick_job_description(documents)
    with reading() as db:
        job = version_in_force(db, viewer=me, role_id=role.id or 0, on=as_at.on)
        duties = responsibilities_of(db, viewer=me, job_description_id=job.id or 0, on=as_at.on)
    particulars(job)
    responsibilities_table(duties)
    if sets_rules:
        led_form(me, duties)
    called_for_part(me, job, duties, sets_rules, as_at.on)
    cross_references(duties)
elif shown == "Requirements":
    job = pick_job_description(documents)
    with reading() as db:
        asked = requirements_of(db, viewer=me, job_description_id=job.id or 0, on=as_at.on)
    if sets_rules:
        minimum_form(me, job, asked, {one.code: one.name for one in purposes})
        target_form(me, job, asked)
    requirements_list(asked)
    legend()
elif shown == "Training":
    with reading() as db:
        courses = course_list(db, viewer=me, on=as_at.on)
    courses_list(courses)
    legend()
    if sets_rules:
        course_rules_part(me)
elif shown == "Bodies":
    with reading() as db:
        rules = body_rules(db, viewer=me, on=as_at.on)
    bodies_list(rules)
    legend()
elif shown == "Supervision":
    purposes_table(purposes)
    if sets_rules:
        purpose_form(me, purposes)
    themes_part(me, sets_rules)
    rule_sets_list()
    legend()
elif shown == "Who may do what":
    permission_table()
elif shown == "Standards":
    standard_sets_part(me, as_at.on)
    legend()
else:
    with reading() as db:
        numbers, places = service_numbers(db, viewer=me), communities(db, viewer=me)
        keeps = establishments_kept(db, viewer=me)
    numbers_list(numbers)
    number_form(me, numbers)
    legend()
    communities_table(places)
    kept_from_form(me, places)
    community_form(me, keeps)
