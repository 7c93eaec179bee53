"""What must hold for any record whatever: bounds, order, monotony, and the sums redone with decimals."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.rules.annual import annual, annual_of_daily, grade
from appraisal.rules.rank import ranks
from appraisal.rules.tally import Divisor, Votes, appraisal
from scoring.rules.daily import daily_score
from scoring.rules.done import standing_count
from scoring.rules.exact import ceil_div, half_up, text
from scoring.rules.pace import ahead, pace, shown
from scoring.rules.spans import Span, clip, contains, count_months, covers, months_counted
from scoring.rules.terms import Record
from tests.golden.roles import BANDS, INDICATORS, STANDARDS, TABLE, VALUES, WAIVABLE, WEIGHTS

calm = settings(deadline=None)  # how busy the machine is says nothing of the rules

CENT = Decimal("0.01")
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
DAYS_OF_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
SPANS = st.builds(
    lambda start, length: Span(start, None if length is None else start + timedelta(days=length)),
    DAYS,
    st.none() | st.integers(0, 500),
)
ROLES = st.sampled_from(sorted(TABLE))
MONTHS = st.integers(1, 12)
POINTS = st.integers(0, 3000)
SCORES = st.integers(0, 12000)
VOTES = st.builds(Votes, *[st.integers(0, 300)] * 6)


@st.composite
def records(draw):
    judged = [name for name, (kind, _) in INDICATORS.items() if kind == "judged"]
    done = [name for name in INDICATORS if name not in judged]
    return Record(
        done=draw(st.dictionaries(st.sampled_from(done), st.integers(0, 300))),
        judged=draw(st.dictionaries(st.sampled_from(judged), st.integers(0, 1000))),
        waived=draw(st.frozensets(st.sampled_from(sorted(INDICATORS)), max_size=4)),
        awards=draw(POINTS),
        contributions=draw(POINTS),
    )


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@calm
@given(ROLES, MONTHS, records())
def test_base_lies_within_0_and_100_and_bonus_within_0_and_20(role, months, record):
    score = daily_score(STANDARDS[role], months, record)
    assert 0 <= score.base <= 10000
    assert 0 <= score.bonus <= 2000
    assert score.daily == score.base + score.bonus
    assert len(score.lines) == len(TABLE[role])


@given(ROLES, MONTHS, records())
@settings(calm, max_examples=300)
def test_a_pocket_calculator_finds_the_same(role, months, record):
    """The whole chain again, written from the plan's words with decimals rounded half up."""
    with localcontext() as context:
        context.prec = 60
        possible = earned_sum = bonus = Decimal(0)
        printed = []
        for name, (quota, points) in TABLE[role].items():
            excess = INDICATORS[name][1]
            waived = name in WAIVABLE and name in record.waived
            extra = Decimal(0)
            if quota is None:
                earned = rounded(points * Decimal(record.judged.get(name, 1000)) / 1000)
            else:
                needed = (Decimal(quota) * months / 12).to_integral_value(ROUND_CEILING)
                count = Decimal(record.done.get(name, 0))
                earned = rounded(points * min(Decimal(1), count / needed))
                if excess is not None:
                    start = needed
                    if excess.over is not None:
                        start = (Decimal(excess.over) * months / 12).to_integral_value(ROUND_CEILING)
                    if count > start:
                        steps = ((count - start) / excess.step).to_integral_value(ROUND_FLOOR)
                        extra = rounded(min(Decimal(excess.cap) / 100, Decimal(excess.rate) / 100 * steps))
            if waived:
                earned = extra = Decimal(0)
            else:
                possible += points
            printed.append((f"{earned:.2f}", f"{extra:.2f}"))
            earned_sum += earned
            bonus += extra
        base = rounded(earned_sum * 100 / possible)
        bonus += Decimal(record.awards) / 100 + Decimal(record.contributions) / 100
        bonus = rounded(min(Decimal(20), bonus))

    score = daily_score(STANDARDS[role], months, record)
    assert [(text(line.earned), text(line.excess)) for line in score.lines] == printed
    assert text(score.base) == f"{base:.2f}"
    assert text(score.bonus) == f"{bonus:.2f}"
    assert text(score.daily) == f"{base + bonus:.2f}"


@calm
@given(ROLES, MONTHS, records(), st.data())
def test_one_more_never_lowers_a_score(role, months, record, data):
    name = data.draw(st.sampled_from(sorted(set(INDICATORS) - {"org_task", "duty", "conduct"})))
    done = {**record.done, name: record.done.get(name, 0) + data.draw(st.integers(1, 50))}
    more = Record(done, record.judged, record.waived, record.awards, record.contributions)
    before, after = (daily_score(STANDARDS[role], months, each) for each in (record, more))
    assert after.base >= before.base
    assert after.bonus >= before.bonus


@calm
@given(ROLES, MONTHS, records(), st.integers(0, 1000))
def test_a_higher_award_never_lowers_a_score(role, months, record, points):
    more = Record(record.done, record.judged, record.waived, record.awards + points, record.contributions)
    assert (
        daily_score(STANDARDS[role], months, more).daily >= daily_score(STANDARDS[role], months, record).daily
    )


@calm
@given(ROLES, records(), MONTHS, MONTHS)
def test_fewer_months_never_raise_a_quota(role, record, one, other):
    fewer, more = sorted((one, other))
    for less, full in zip(STANDARDS[role].applied(fewer), STANDARDS[role].applied(more), strict=True):
        if less.quota is None or full.quota is None:
            assert less.quota is full.quota is None
        else:
            assert 1 <= less.quota <= full.quota


@calm
@given(
    ROLES,
    MONTHS,
    st.lists(st.tuples(DAYS_OF_2026, st.integers(1, 9))),
    st.lists(SPANS, max_size=4),
    st.randoms(),
)
def test_the_order_of_entries_changes_nothing(role, months, rows, spans, random):
    def score():
        done = sum(quantity for day, quantity in rows if contains(spans, day))
        return daily_score(STANDARDS[role], months, Record(done={"volunteer": done}))

    before = score()
    random.shuffle(rows)
    random.shuffle(spans)
    assert score() == before


@calm
@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), SPANS)),
    st.lists(SPANS, max_size=3),
    st.randoms(),
)
def test_the_order_of_pairings_changes_nothing(rows, spans, random):
    days = clip(spans, date(2026, 1, 1), date(2026, 12, 31))
    count = standing_count(rows, days)
    every_day = {first + timedelta(days=n) for first, last in days for n in range((last - first).days + 1)}
    in_force = [
        label
        for label, span in rows
        if any(span.start <= day and not (span.end and span.end < day) for day in every_day)
    ]
    assert count == len(set(in_force) - {""}) + in_force.count("")
    random.shuffle(rows)
    random.shuffle(days)
    assert standing_count(rows, days) == count
    assert standing_count([*rows, ("d", Span(date(2025, 1, 1), None))], days) >= count


@calm
@given(st.lists(SPANS, max_size=4), st.lists(SPANS, max_size=2), st.integers(1, 12))
def test_a_month_counts_by_its_15th(postings, leaves, upto):
    mask = months_counted(2026, postings, leaves)
    expected = [
        any(p.start <= date(2026, m, 15) <= (p.end or date.max) for p in postings)
        and not any(p.start <= date(2026, m, 15) <= (p.end or date.max) for p in leaves)
        for m in range(1, 13)
    ]
    assert [bool(mask >> bit & 1) for bit in range(12)] == expected
    assert mask < 1 << 12
    assert count_months(mask) == sum(expected)
    assert count_months(mask, upto) == sum(expected[:upto])


@calm
@given(st.lists(SPANS, max_size=5), DAYS, st.integers(0, 60))
def test_covered_is_every_day_covered(spans, first, length):
    days = [first + timedelta(days=n) for n in range(length + 1)]
    inside = [any(span.start <= day <= (span.end or date.max) for span in spans) for day in days]
    assert [contains(spans, day) for day in days] == inside
    assert covers(spans, days[0], days[-1]) == all(inside)
    parts = clip(spans, days[0], days[-1])
    assert parts == sorted(parts)
    assert [any(start <= day <= end for start, end in parts) for day in days] == inside


@calm
@given(VOTES, st.sampled_from(Divisor))
def test_an_appraisal_lies_within_its_values(votes, divisor):
    values = type(VALUES)(VALUES.excellent, VALUES.good, VALUES.passed, VALUES.poor, divisor)
    score = appraisal(votes, values)
    valid = votes.excellent + votes.good + votes.passed + votes.poor
    if valid == 0:
        assert score is None
        return
    assert score is not None
    cast = valid + (votes.blank + votes.invalid if divisor == "returned" else 0)
    total = 100 * votes.excellent + 80 * votes.good + 60 * votes.passed + 40 * votes.poor
    with localcontext() as context:
        context.prec = 60
        assert text(score) == f"{rounded(Decimal(total) / cast):.2f}"
    if divisor == "valid":
        assert 4000 <= score <= 10000


@calm
@given(SCORES, st.integers(0, 10000))
def test_an_annual_score_is_redone_with_decimals(daily, appraised):
    weighted = Decimal("0.8") * Decimal(text(daily)) + Decimal("0.2") * Decimal(text(appraised))
    assert text(annual(daily, appraised, WEIGHTS)) == f"{rounded(weighted):.2f}"
    assert annual_of_daily(daily, WEIGHTS) == daily


@calm
@given(st.integers(0, 12000))
def test_the_grade_is_total(score):
    figure = Decimal(text(score))
    expected = "excellent" if figure >= 90 else "good" if figure >= 70 else "pass" if figure >= 60 else "fail"
    assert grade(score, BANDS) == expected
    assert grade(score, reversed(BANDS)) == expected


@calm
@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_half_up_and_ceil_are_exact(numerator, denominator):
    exact = Fraction(numerator, denominator)
    result = half_up(numerator, denominator)
    assert Fraction(result) - Fraction(1, 2) <= exact < Fraction(result) + Fraction(1, 2)
    assert exact <= ceil_div(numerator, denominator) < exact + 1


@calm
@given(st.lists(st.integers(0, 40), min_size=1))
def test_a_rank_is_one_more_than_those_above(scores):
    assert ranks(scores) == [1 + sum(other > score for other in scores) for score in scores]


@calm
@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.integers(1, 50))
def test_ahead_are_at_least_the_share_and_no_one_behind_them(points, share):
    threshold = ahead(points, share)
    assert threshold is not None
    wanted = max(1, int(Decimal(len(points)) * share / 100))
    assert sum(each >= threshold for each in points) >= wanted
    assert sum(each > threshold for each in points) < wanted


@calm
@given(ROLES, MONTHS, records(), st.data())
def test_a_pace_is_redone_with_decimals(role, months, record, data):
    elapsed = data.draw(st.integers(0, months))
    lines = daily_score(STANDARDS[role], months, record).lines
    counted = [
        line for line in lines if line.indicator not in ("org_task", "duty", "conduct") and not line.waived
    ]
    earned = sum(Decimal(text(line.earned)) for line in counted)
    expected = sum(Decimal(text(line.points)) for line in counted) * elapsed
    found = pace(lines, elapsed, months)
    if elapsed == 0:
        assert found is None
        return
    assert found is not None
    with localcontext() as context:
        context.prec = 60
        assert text(shown(found)) == f"{rounded(earned * months / expected):.2f}"
