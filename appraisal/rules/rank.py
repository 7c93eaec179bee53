"""Rank among the members of one branch and category."""

from collections.abc import Sequence

from scoring.rules.exact import Hundredths


def ranks(scores: Sequence[Hundredths]) -> list[int]:
    """Return the rank of each score, in the order given: the highest is 1, ties share (1, 1, 3).

    By the printed figure, which is the figure itself.

    Clause: 【四2】「對積分暫時領先的黨員同志…提出表揚」, 【六1】 who may take part in awards.
    Interpretation: I16, I20.
    """
    places: dict[Hundredths, int] = {}
    for place, score in enumerate(sorted(scores, reverse=True), start=1):
        places.setdefault(score, place)
    return [places[score] for score in scores]
