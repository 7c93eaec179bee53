"""The analysis page."""
from tests.cast import Cast
from tests.desk.ledger import YEAR
from tests.desk.reader import browser, queries, text_of


def test_smoke(case_2: Cast):
    client = browser(case_2, case_2.owner)
    print(text_of(client.get("/branches/DT0101/analysis/", {"as_of": "2025-09-30"})))
    print(text_of(browser(case_2, case_2.committee).get("/branches/DT/analysis/", {"as_of": "2025-09-30", "order": "-points"})))
    for table in ("indicators", "behind", "weeks", "units", "rush", "quarters", "points", "pace"):
        r = browser(case_2, case_2.committee).get("/branches/DT/analysis/workbook/", {"as_of": "2025-09-30", "table": table})
        print(table, r.status_code)
    print(queries(client, "/branches/DT0101/analysis/?as_of=2025-09-30"))
    print(queries(client, "/branches/DT0101/scores/?as_of=2025-09-30"))
    print(queries(browser(case_2, case_2.committee), "/branches/DT/analysis/?as_of=2025-09-30"))
