"""The demonstration: invented people and two years of their records, relative to today."""

from seed.demo.activities import plan_activities
from seed.demo.agreements import plan_agreements
from seed.demo.called_for import plan_called_for
from seed.demo.cast import everybody
from seed.demo.concerns import plan_concerns
from seed.demo.events import plan_events
from seed.demo.hours import plan_hours
from seed.demo.imports import plan_imports
from seed.demo.job_descriptions import plan_job_descriptions
from seed.demo.people import plan_people
from seed.demo.places import plan_places
from seed.demo.planned_observations import plan_planned_observations
from seed.demo.practice import plan_practice
from seed.demo.recording import plan_recording
from seed.demo.registration import plan_registrations
from seed.demo.responsibilities import plan_responsibilities
from seed.demo.reviews import plan_reviews
from seed.demo.series import plan_all_series
from seed.demo.sign_offs import plan_sign_offs
from seed.demo.stage import Stage
from seed.demo.standard_sets import plan_standard_sets
from seed.demo.statements import plan_statements
from seed.demo.supervision import plan_sessions
from seed.demo.trainees import plan_trainees
from seed.demo.training import plan_training
from tcsuper.database import writing
from tcsuper.models import DatabaseMark
from tcsuper.settings import Mode


def make_demo() -> None:
    """Fill a database that holds the catalogue and nobody yet: all of it, or nothing."""
    stage = Stage()
    cast = everybody(stage)
    plan_people(stage, cast)
    agreements = plan_agreements(stage, cast)
    plan_training(stage, cast)
    plan_imports(stage)
    plan_places(stage, cast)
    plan_events(stage, cast)
    plan_registrations(stage, cast)
    plan_responsibilities(stage)
    plan_called_for(stage)
    plan_job_descriptions(stage)
    plan_standard_sets(stage)
    plan_practice(stage, cast)
    plan_planned_observations(stage, cast)
    plan_sign_offs(stage)
    plan_sessions(stage, agreements)
    plan_recording(stage, agreements)
    plan_trainees(stage)
    plan_all_series(stage, agreements)
    plan_hours(stage)
    plan_activities(stage)
    plan_concerns(stage)
    plan_reviews(stage)
    plan_statements(stage, cast)
    with writing() as db:
        if db.get(DatabaseMark, 1) is None:  # else it holds people already, and the first event of all refuses
            db.add(DatabaseMark(kind=Mode.DEMO))
        stage.play(db)
