"""Spreadsheets in and out: reading workbooks safely, kinds of sheets, their preview and import."""
