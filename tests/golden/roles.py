"""The quotas and points of the standard scheme's roles as literals, and the votes' and grades' values.

Typed off the table of requirements, not read from the scheme file: the two must agree.
"""

from appraisal.rules.annual import Band, Weights
from appraisal.rules.tally import BallotValues
from scoring.rules.terms import Excess, Kind, Requirement, Standard

COUNTED, STANDING, MONTHLY, JUDGED = Kind.COUNTED, Kind.STANDING, Kind.MONTHLY, Kind.JUDGED

# indicator: kind; excess as (points in hundredths, per step, at most, beyond: None is the quota)
INDICATORS = {
    "org_life": (COUNTED, Excess(50, 1, 300)),
    "training": (COUNTED, Excess(50, 1, 200)),
    "pair_household": (STANDING, Excess(100, 1, 300)),
    "pair_backbone": (STANDING, Excess(100, 1, 300)),
    "visit_people": (COUNTED, Excess(50, 10, 300)),
    "visit_household": (COUNTED, Excess(50, 10, 300)),
    "community_activity": (COUNTED, Excess(50, 1, 200)),
    "volunteer": (COUNTED, Excess(100, 1, 500)),
    "essay": (COUNTED, Excess(50, 1, 200)),
    "dues": (MONTHLY, None),
    "volunteer_post": (STANDING, Excess(100, 1, 200)),
    "good_deed": (COUNTED, Excess(100, 1, 300, over=2)),
    "community_life": (COUNTED, Excess(50, 1, 200)),
    "org_task": (JUDGED, None),
    "duty": (JUDGED, None),
    "conduct": (JUDGED, None),
}
WAIVABLE = {"good_deed"}

# role: indicator → (quota, points); judged: (None, points)
TABLE: dict[str, dict[str, tuple[int | None, int]]] = {
    "organ.leader": {
        "org_life": (12, 24), "training": (3, 12), "pair_household": (1, 8), "pair_backbone": (1, 6),
        "visit_people": (100, 12), "community_activity": (2, 8), "essay": (2, 8), "dues": (12, 6),
        "org_task": (None, 5), "duty": (None, 6), "conduct": (None, 5),
    },
    "organ.middle": {
        "org_life": (12, 26), "training": (2, 12), "pair_household": (1, 10), "visit_people": (100, 14),
        "community_activity": (2, 8), "essay": (2, 8), "dues": (12, 6),
        "org_task": (None, 5), "duty": (None, 6), "conduct": (None, 5),
    },
    "organ.member": {
        "org_life": (12, 30), "pair_household": (1, 12), "visit_people": (100, 16),
        "community_activity": (2, 10), "essay": (2, 10), "dues": (12, 6),
        "org_task": (None, 5), "duty": (None, 6), "conduct": (None, 5),
    },
    "community.secretary": {
        "org_life": (8, 24), "training": (2, 12), "visit_household": (150, 18), "volunteer": (4, 14),
        "essay": (2, 10), "dues": (12, 6), "org_task": (None, 5), "duty": (None, 6), "conduct": (None, 5),
    },
    "community.committee": {
        "org_life": (8, 24), "training": (2, 12), "visit_household": (100, 18), "volunteer": (4, 14),
        "essay": (2, 10), "dues": (12, 6), "org_task": (None, 5), "duty": (None, 6), "conduct": (None, 5),
    },
    "community.group_lead": {
        "org_life": (8, 34), "training": (2, 14), "volunteer": (3, 24), "essay": (1, 10), "dues": (12, 8),
        "org_task": (None, 5), "conduct": (None, 5),
    },
    "community.member": {
        "org_life": (6, 40), "volunteer": (3, 30), "essay": (1, 12), "dues": (12, 8),
        "org_task": (None, 5), "conduct": (None, 5),
    },
    "community.student": {
        "org_life": (5, 42), "volunteer": (2, 28), "essay": (1, 12), "dues": (12, 8),
        "org_task": (None, 5), "conduct": (None, 5),
    },
    "non_public.leader": {
        "org_life": (8, 30), "training": (2, 12), "visit_people": (20, 14), "volunteer": (3, 16),
        "essay": (1, 10), "dues": (12, 8), "org_task": (None, 5), "conduct": (None, 5),
    },
    "non_public.backbone": {
        "org_life": (8, 38), "volunteer": (3, 28), "essay": (1, 14), "dues": (12, 8),
        "org_task": (None, 6), "conduct": (None, 6),
    },
    "non_public.member": {
        "org_life": (6, 40), "volunteer": (2, 28), "essay": (1, 12), "dues": (12, 8),
        "org_task": (None, 6), "conduct": (None, 6),
    },
    "in_service.member": {
        "volunteer_post": (1, 20), "volunteer": (2, 30), "good_deed": (1, 15), "pair_household": (1, 20),
        "community_life": (1, 15),
    },
}  # fmt: skip


def standard(role: str) -> Standard:
    """Return the role's requirements with the bonus limit of 20 points."""
    return Standard(
        role,
        tuple(
            Requirement(name, INDICATORS[name][0], quota, points * 100, name in WAIVABLE, INDICATORS[name][1])
            for name, (quota, points) in TABLE[role].items()
        ),
        bonus_cap=2000,
    )


STANDARDS = {role: standard(role) for role in TABLE}

VALUES = BallotValues(excellent=10000, good=8000, passed=6000, poor=4000)
WEIGHTS = Weights(daily=80, appraisal=20)
BANDS = (Band("excellent", 9000), Band("good", 7000), Band("pass", 6000), Band("fail", 0))
