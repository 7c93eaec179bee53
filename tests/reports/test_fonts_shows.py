"""Names in all the characters that names are written with: no glyph is missing, and none in secret."""

import random
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont

from reports.print.documents import Specimen, print_document
from reports.print.engine import FETCHED
from reports.print.fonts import CWTEX_FILE

pytestmark = pytest.mark.shows

NAMES, FEW = 5000, 500
COMMON = range(0x4E00, 0x9FA6)
EXTENSION_A = range(0x3400, 0x4DB6)
EXTENSION_B = range(0x20000, 0x2A6D7)
PRIVATE = "\ue0f3\U0010fffd"
LISTED = (
    "𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓"
    "𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗"
    "𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃"
    "𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)
"""The characters of 通用规范汉字表 that lie in the extensions B to E."""


@cache
def drawable() -> frozenset[int]:
    """The code points for which any font on this machine has a glyph, as the fonts themselves say."""
    listing = subprocess.run(["fc-list", "--format", "%{file}\n"], check=True, capture_output=True, text=True)
    found: set[int] = set()
    for path in {*map(Path, listing.stdout.split("\n")), FETCHED, CWTEX_FILE}:
        if path.suffix == ".ttc":
            with TTCollection(path, lazy=True) as fonts:
                for font in fonts:
                    found |= font.getBestCmap().keys()
        elif path.suffix in {".ttf", ".otf"} and path.exists():
            with TTFont(path, lazy=True) as font:
                found |= font.getBestCmap().keys()
    return frozenset(found)


def names(count: int, *blocks: range | str) -> list[str]:
    """So many names of two and three characters, each character from one of the blocks by chance."""
    chance = random.Random(20260101)
    pools = [[chr(one) for one in block] if isinstance(block, range) else list(block) for block in blocks]
    return [
        "".join(chance.choice(chance.choice(pools)) for _place in range(chance.choice((2, 3))))
        for _name in range(count)
    ]


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig's tools are not installed")
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_names_have_all_their_glyphs(language, short, capsys):
    made = names(FEW if short else NAMES, COMMON, EXTENSION_A, LISTED)
    page = print_document(Specimen(paragraphs=["、".join(made), LISTED]), language)
    lacking = {char for name in (*made, LISTED) for char in name if ord(char) not in drawable()}
    with capsys.disabled():
        sys.stdout.write(f"\n{language}: {len(made)} names, {len(page.missing)} characters without a glyph\n")
    assert page.missing == lacking
    assert page.missing == frozenset()


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig's tools are not installed")
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_each_missing_glyph_is_announced_and_no_other(language, short):
    # Of extension B the fonts have a part; of the private code points none.
    made = names(FEW // 5 if short else FEW, EXTENSION_B, COMMON)
    page = print_document(Specimen(paragraphs=["、".join(made), PRIVATE]), language)
    lacking = {char for name in (*made, PRIVATE) for char in name if ord(char) not in drawable()}
    assert lacking > set(PRIVATE)
    assert page.missing == lacking
