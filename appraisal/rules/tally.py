"""The democratic appraisal: from the votes of one tally to its points."""

from dataclasses import dataclass
from enum import StrEnum

from scoring.rules.exact import Hundredths, half_up


class Divisor(StrEnum):
    """What the sum of the votes' points is divided by.

    Clause: 【四1】「÷總票數」.
    Interpretation: I14 (valid votes; a scheme may say all returned).
    """

    VALID = "valid"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes on one member: 優秀, 良好, 合格 (also called 一般), 差, and marks that are no vote.

    Clause: 【四1】「民主測評設優秀、良好、一般、差三個等次」.
    Interpretation: I3, I14, I15 (all voters weigh the same), I26 (one mark for each member).
    """

    excellent: int
    good: int
    passed: int
    poor: int
    blank: int = 0
    invalid: int = 0

    def valid(self) -> int:
        """Return how many votes are valid.

        Clause: 【四1】「總票數」.
        Interpretation: I14.
        """
        return self.excellent + self.good + self.passed + self.poor

    def returned(self) -> int:
        """Return how many ballots came back, blank and invalid ones among them.

        Clause: 【四1】「總票數」.
        Interpretation: I14.
        """
        return self.valid() + self.blank + self.invalid


@dataclass(frozen=True, slots=True)
class BallotValues:
    """What a vote of each kind is worth, in hundredths of a point, and the divisor.

    Clause: 【四1】「優秀票100分、良好票80分、合格票60分、差票40分」.
    Interpretation: I3, I14.
    """

    excellent: Hundredths
    good: Hundredths
    passed: Hundredths
    poor: Hundredths
    divisor: Divisor = Divisor.VALID


def appraisal(votes: Votes, values: BallotValues) -> Hundredths | None:
    """Return the appraisal score, rounded half up; None (not appraised, never 0) without a valid vote.

    Clause: 【四1】「民主測評得分=(優秀票數×100+良好票數×80+合格票數×60+差票數×40)÷總票數」.
    Interpretation: I3, I14, I15, I16.
    """
    valid = votes.valid()
    if valid == 0:
        return None
    total = (
        votes.excellent * values.excellent
        + votes.good * values.good
        + votes.passed * values.passed
        + votes.poor * values.poor
    )
    return half_up(total, votes.returned() if values.divisor == Divisor.RETURNED else valid)


def breakdown_hidden(votes: Votes, minimum: int) -> bool:
    """Tell whether a posted notice must hold back the figures, lest somebody's vote be worked out.

    So it is with fewer than ``minimum`` valid votes, or when all are the same.

    Clause: 【四2】「通報和公示」 posts the result; 【三(二)】 the votes stay the voters' own.
    Interpretation: I14, I16 (who knows daily and annual can redo the appraisal).
    """
    valid = votes.valid()
    return valid < minimum or valid in (votes.excellent, votes.good, votes.passed, votes.poor)
