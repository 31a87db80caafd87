"""The whole world of one generation: its calendar, roll, firms, people and staff."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance
from xrm_lake.demo.generate.stamps import Calendar
from xrm_lake.demo.generate.world.organisations import Organisations, make_organisations
from xrm_lake.demo.generate.world.people import People, make_people
from xrm_lake.demo.generate.world.roll import Roll, call_roll
from xrm_lake.demo.generate.world.staff import Staff, make_staff


@dataclass(frozen=True)
class Scene:
    """What there truly is, before any file is written."""

    chance: Chance
    calendar: Calendar
    roll: Roll
    firms: Organisations
    people: People
    staff: Staff


def set_scene(chance: Chance, calendar: Calendar, scale: float) -> Scene:
    """Make the world: who stands where first, then their names."""
    roll = call_roll(chance.stream("roll"), calendar, scale)
    firms = make_organisations(chance.stream("firms"), roll.firms)
    people = make_people(chance.stream("people"), np.asarray(roll.firm_of), firms)
    staff = make_staff(chance.stream("staff"), roll.firms)
    return Scene(chance, calendar, roll, firms, people, staff)
