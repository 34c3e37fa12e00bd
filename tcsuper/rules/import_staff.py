"""Staff lists: what a line about somebody's post would add or change. An empty cell changes nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tcsuper import words
from tcsuper.rules import entries
from tcsuper.rules.import_plan import NEW, Change, People, Planned, Settled, Write, key_of, said
from tcsuper.rules.importing import StaffLine
from tcsuper.rules.matching import as_full_name, folded, same_number

FULL_TIME = 37.0
NOT_YOUR_OWN = "You cannot change your own posts. Ask an administrator or another manager."


@dataclass(frozen=True, slots=True)
class PersonThere:
    staff_id: int
    full_name: str
    staff_number: str
    email: str
    row_version: int


@dataclass(frozen=True, slots=True)
class PostThere:
    """`post_id` 0: one that this import adds."""

    post_id: int
    role: str
    community: str
    start_on: date
    end_on: date | None
    hours_a_week: float
    line_manager_id: int | None
    row_version: int = 0

    def runs_on(self, on: date) -> bool:
        return self.start_on <= on and (self.end_on is None or self.end_on >= on)


@dataclass
class StaffThere:
    """What is known already. `roles` and `communities`: their ids, by our code; communities are those that whoever
    imports may give posts in. `may_change`: whose posts they may keep. `may_manage`: whom they may name as a line
    manager. `taken`: staff numbers that somebody has, whoever it is, in lower case. `ends_with`: what else would end
    with a post on a day, as a sentence; empty: nothing."""

    me: int
    today: date
    roles: Mapping[str, tuple[int, str]]
    communities: Mapping[str, int]
    people: Mapping[int, PersonThere]
    posts: dict[int, list[PostThere]]
    may_change: frozenset[int]
    may_manage: frozenset[int]
    taken: frozenset[str]
    keeps_email: bool
    ends_with: Callable[[int, date], str]


def find_newcomers(
    lines: Iterable[StaffLine], answers: Mapping[str, int | None]
) -> tuple[dict[str, int], dict[tuple[str, ...], int]]:
    """The number of each person whom these lines enter, by key: -1 for the first; and by the words of the name, where
    one newcomer alone has it. However their name is written, the same words with the same staff number, or with none,
    are one person."""
    keys: dict[str, tuple[tuple[str, ...], str]] = {}
    for line in lines:
        key = key_of(line.person, line.staff_number)
        if answers.get(key, answers.get(line.person)) == NEW and (key in answers or line.person in answers):
            keys[key] = (folded(line.person), line.staff_number.strip().casefold())
    numbered: dict[tuple[str, ...], set[str]] = {}
    for name, number in keys.values():
        numbered.setdefault(name, set()).update({number} - {""})
    found: dict[tuple[tuple[str, ...], str], int] = {}
    newcomers = {}
    for key, (name, number) in keys.items():
        only = next(iter(numbered[name])) if len(numbered[name]) == 1 else number
        newcomers[key] = found.setdefault((name, number or only), -len(found) - 1)
    by_words: dict[tuple[str, ...], set[int]] = {}
    for (name, _), newcomer in found.items():
        by_words.setdefault(name, set()).add(newcomer)
    return newcomers, {name: next(iter(of_name)) for name, of_name in by_words.items() if len(of_name) == 1}


def plan_staff(planned: Planned, lines: Sequence[StaffLine], people: People, there: StaffThere) -> None:
    _Staff(planned, people, there).plan(lines)


@dataclass
class _Staff:
    planned: Planned
    people: People
    there: StaffThere
    seen: dict[tuple[int, str, str, date], StaffLine] = field(default_factory=dict)
    entered: dict[int, str] = field(default_factory=dict)
    """Newcomers by number, with their staff number."""
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)

    def plan(self, lines: Sequence[StaffLine]) -> None:
        for line in lines:
            try:
                change, sentence, writes = self._settle(line)
                self.planned.settle(line.where, line.person, change, sentence, *writes)
            except Settled as settled:
                self.planned.settle(line.where, line.person, settled.change, settled.sentence)

    def _settle(self, line: StaffLine) -> tuple[Change, str, list[Write]]:
        who = self.people.who(line.person, line.staff_number)
        role = self.there.roles.get(line.role)
        if role is None:
            raise Settled(f"There is no role “{line.role}” here.")
        if line.community not in self.there.communities:
            raise Settled(f"There is no community “{line.community}” that you may give posts in.")
        same = (who, line.role, line.community, line.started_on)
        if (earlier := self.seen.get(same)) is not None:
            return self._twin(line, earlier)
        manager, manager_said = self._line_manager(line, who)
        post = self._there(line, who)
        _check(line, self.there.today)
        sentences, writes = self._person(line, who)
        if post is None:
            self._check_may_change(who)
            write = self._new_post(line, who, manager)
            sentences = [*sentences, f"{role[1]} in {line.community} {words.from_to(line.started_on, line.ended_on)}"]
            change, writes = Change.NEW, [*writes, write]
        else:
            more, changes = self._changed_post(line, post, manager)
            sentences += more
            writes += changes
            change = Change.CHANGED if writes else Change.SAME
            if writes:
                self._check_may_change(who)
        self.seen[same] = line
        if change is Change.SAME:
            return change, f"Recorded already: {role[1]} in {line.community}.{manager_said}", []
        return change, f"{_capital('; '.join(sentences))}.{manager_said}", writes

    def _twin(self, line: StaffLine, earlier: StaffLine) -> tuple[Change, str, list[Write]]:
        def facts(one: StaffLine) -> tuple[Any, ...]:
            return one.ended_on, one.hours_a_week, one.email, one.line_manager

        if facts(line) != facts(earlier):
            raise Settled(f"Row {earlier.where.row} says otherwise of the same post. Keep one of the two.")
        return Change.SAME, f"The same as row {earlier.where.row}.", []

    # -----------------------------------------------------------------------------------------------------------------
    # The person

    def _person(self, line: StaffLine, who: int) -> tuple[list[str], list[Write]]:
        number, email = line.staff_number.strip(), line.email.strip() if self.there.keeps_email else ""
        left_out = (
            ["the e-mail address stays out, since an administrator enters it"] if line.email and not email else []
        )
        if who < 0:
            return self._newcomer(line, who, number, email, left_out)
        person = self.there.people[who]
        changes: dict[str, Any] = {}
        if number and not same_number(number, person.staff_number):
            changes["staff_number"] = number
        if email and email != person.email:
            if who == self.there.me:
                raise Settled("You change your own e-mail address under My sign-ins, where you prove who you are.")
            changes["email"] = email
        before = self.changed.get(who, {})
        if {field: changes[field] for field in changes if field in before and before[field] != changes[field]}:
            raise Settled("An earlier row gives this person another staff number or e-mail address.")
        changes = {field: value for field, value in changes.items() if field not in before}
        if not changes:
            return [], []
        _refuse(entries.person_problems(person.full_name, changes.get("staff_number"), changes.get("email", "")))
        self._check_number(changes.get("staff_number", ""))
        self.changed[who] = before | changes
        former = {"staff_number": person.staff_number or None, "email": person.email}
        named = {"staff_number": "staff number", "email": "e-mail address"}
        write = Write(
            line.where,
            "staff",
            changes,
            row_id=who,
            former={field: former[field] for field in changes} | {"row_version": person.row_version + bool(before)},
        )
        return [said(named[field], former[field], value) for field, value in changes.items()], [write]

    def _newcomer(
        self, line: StaffLine, who: int, number: str, email: str, left_out: list[str]
    ) -> tuple[list[str], list[Write]]:
        if who in self.entered:
            return [], []
        name = as_full_name(line.person)
        _refuse(entries.person_problems(name, number, email))
        self._check_number(number)
        self.entered[who] = number.casefold()
        values = {"newcomer": who, "full_name": name, "staff_number": number or None, "email": email}
        return [f"new person {name}", *left_out], [Write(line.where, "staff", values)]

    def _check_number(self, number: str) -> None:
        given = {values["staff_number"].casefold() for values in self.changed.values() if "staff_number" in values}
        if number and number.casefold() in self.there.taken | given | set(self.entered.values()):
            raise Settled(f"Somebody else has the staff number {number}.")

    def _check_may_change(self, who: int) -> None:
        if who == self.there.me:
            raise Settled(NOT_YOUR_OWN)
        if who > 0 and who not in self.there.may_change:
            raise Settled("They work elsewhere: an administrator gives them a post here.")

    # -----------------------------------------------------------------------------------------------------------------
    # The post

    def _there(self, line: StaffLine, who: int) -> PostThere | None:
        """The post that the line is about, if there is one. Two of the same may not overlap."""
        same = [
            one for one in self.there.posts.get(who, []) if (one.role, one.community) == (line.role, line.community)
        ]
        for one in same:
            if one.start_on == line.started_on:
                return one
        for one in same:
            begins_before_it_ends = one.end_on is None or line.started_on <= one.end_on
            ends_after_it_begins = line.ended_on is None or line.ended_on >= one.start_on
            if begins_before_it_ends and ends_after_it_begins:
                spell = words.from_to(one.start_on, one.end_on)
                raise Settled(
                    f"They have this post in this community {spell} already. Give that first day, or leave it."
                )
        return None

    def _line_manager(self, line: StaffLine, who: int) -> tuple[int | None, str]:
        if not line.line_manager.strip():
            return None, ""
        try:
            manager = self.people.who(line.line_manager)
        except Settled as settled:
            if settled.change is Change.LEFT_OUT:
                return None, f" The line manager “{line.line_manager}” stays out."
            raise
        if manager == who:
            raise Settled("Nobody is their own line manager.")
        if manager > 0 and manager not in self.there.may_manage:
            raise Settled(f"“{line.line_manager}” is nobody you may name as a line manager.")
        return manager, ""

    def _new_post(self, line: StaffLine, who: int, manager: int | None) -> Write:
        hours = FULL_TIME if line.hours_a_week is None else line.hours_a_week
        added = PostThere(0, line.role, line.community, line.started_on, line.ended_on, hours, manager)
        self.there.posts.setdefault(who, []).append(added)
        return Write(
            line.where,
            "post",
            {
                "staff_id": who,
                "job_description_id": self.there.roles[line.role][0],
                "community_id": self.there.communities[line.community],
                "line_manager_id": manager,
                "start_on": line.started_on,
                "end_on": line.ended_on,
                "hours_a_week": hours,
            },
        )

    def _changed_post(self, line: StaffLine, post: PostThere, manager: int | None) -> tuple[list[str], list[Write]]:
        changes: dict[str, Any] = {}
        sentences = []
        if line.hours_a_week is not None and line.hours_a_week != post.hours_a_week:
            changes["hours_a_week"] = line.hours_a_week
            sentences.append(said("hours", post.hours_a_week, line.hours_a_week))
        is_over = post.end_on is not None and post.end_on < self.there.today
        if manager is not None and manager != post.line_manager_id and not is_over:
            changes["line_manager_id"] = manager
            sentences.append(said("line manager", self._name(post.line_manager_id), line.line_manager))
        if line.ended_on is not None and line.ended_on != post.end_on:
            if post.end_on is not None:
                raise Settled(f"Its last day is {words.day(post.end_on)} here. Change it on the Staff page if need be.")
            if hangs := self.there.ends_with(post.post_id, line.ended_on):
                raise Settled(hangs)
            changes["end_on"] = line.ended_on
            sentences.append(said("last day", post.end_on, line.ended_on))
        if not changes:
            return [], []
        former = {field: getattr(post, field) for field in changes} | {"row_version": post.row_version}
        return sentences, [Write(line.where, "post", changes, row_id=post.post_id, former=former)]

    def _name(self, staff_id: int | None) -> str:
        return self.people.names.get(staff_id or 0, "somebody" if staff_id else "")


def _check(line: StaffLine, today: date) -> None:
    hours = FULL_TIME if line.hours_a_week is None else line.hours_a_week
    problems = entries.post_problems(line.started_on, hours, today)
    if line.ended_on is not None:
        problems |= entries.last_day_problems(line.started_on, line.ended_on, today)
    _refuse(problems)


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        raise Settled(" ".join(problems.values()))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
