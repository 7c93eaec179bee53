"""Dates of English: in tables and lists as everywhere, day and month never to be taken for each other."""

SHORT_DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
TIME_FORMAT = "H:i"
FIRST_DAY_OF_WEEK = 1
