"""Workbooks made by hand, part by part, so that a test can say exactly what is wrong with one."""

import io
import zipfile

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PERCENT_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="0.0%"/>'
    '<numFmt numFmtId="171" formatCode="0.0&quot;%&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="10"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="171"/>'
    '<xf numFmtId="14"/></cellXfs></styleSheet>'
)


def relationships(*rows: tuple[str, str]) -> str:
    """A relationships part; each row is (kind, target) and gets the ids rId1, rId2 …"""
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(rows, start=1)
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{inner}</Relationships>'


def book(*sheets: str, settings: str = "") -> str:
    """The workbook part; each sheet is the attributes besides its relation, such as 'name="A"'."""
    inner = "".join(
        f'<sheet {attributes} sheetId="{number}" r:id="rId{number}"/>'
        for number, attributes in enumerate(sheets, start=1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{settings}<sheets>{inner}</sheets></workbook>'


def sheet(rows: str, after: str = "") -> str:
    """A sheet part around rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def text(reference: str, value: str) -> str:
    """A cell with text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


HEADER = f'<row r="1">{text("A1", "姓名")}{text("B1", "数量")}</row>'
PLAIN = HEADER + f'<row r="2">{text("A2", "张三")}<c r="B2"><v>3</v></c></row>'


def parts(sheet_xml: str | bytes | None = None, **others: str | bytes | None) -> dict[str, str | bytes]:
    """The parts of a whole workbook; a part given as None is left out."""
    found: dict[str, str | bytes | None] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book('name="表"'),
        "xl/_rels/workbook.xml.rels": relationships(
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet(PLAIN) if sheet_xml is None else sheet_xml,
        "xl/styles.xml": PERCENT_STYLES,
        **others,
    }
    return {name: content for name, content in found.items() if content is not None}


def pack(members: dict[str, str | bytes]) -> io.BytesIO:
    """A zip file of the parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def workbook(sheet_xml: str | bytes | None = None, **others: str | bytes | None) -> io.BytesIO:
    """A whole workbook as an open file."""
    return pack(parts(sheet_xml, **others))


def ole(*names: str) -> io.BytesIO:
    """An OLE container whose directory names these streams."""
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    return io.BytesIO(head + b"".join(name.encode("utf-16-le") + bytes(32) for name in names))
