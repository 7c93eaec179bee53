"""Names in order of strokes, against orders that anybody can check with a dictionary."""

import random

import pytest

from members.strokes import stroke_key, written

# As lists in newspapers have them: by strokes, within a line by the first stroke, then the second …
SURNAMES = """
丁 卜 刁
于 万 马
王 韦 尤 车 牛 毛 方 尹 孔 邓
甘 左 石 龙 卢 叶 田 史 白 包 冯 宁
吉 成 毕 朱 乔 伍 任 华 向 邬 庄 刘 齐 江 汤 安 许 阮 孙 牟
严 苏 杜 李 杨 吴 岑 何 余 邹 辛 汪 沈 宋 张 陆 陈 邵
武 范 林 欧 罗 季 金 周 庞 郑 孟
项 赵 胡 柯 查 柳 段 侯 俞 施 闻 姜 洪 姚 贺
袁 聂 莫 夏 顾 钱 徐 殷 高 郭 唐 陶
黄 曹 龚 盛 常 崔 章 梁
彭 葛 董 蒋 韩 程 傅 曾 温 谢
蓝 雷 詹 窦
蔡 廖 谭 翟 熊
黎 潘
薛 霍
戴 魏
""".split()


@pytest.mark.parametrize(
    "strokes, characters",
    [
        (2, "丁卜"), (3, "于万马"), (4, "王韦尤毛方孔"), (5, "石龙卢叶田史白冯"), (6, "朱任华刘江许孙"),
        (7, "苏李杨吴何宋张陈"), (8, "范林罗金周郑孟"), (9, "赵胡柳侯姜姚"), (10, "袁莫夏钱徐高唐陶"),
        (10, "陳"), (13, "雷"), (11, "黄曹梁張許"), (12, "彭葛董蒋韩程曾喆"),
        (14, "蔡廖谭熊趙"), (15, "黎潘劉"), (16, "薛霍龍"), (17, "戴魏"),
    ],
)  # fmt: skip
def test_so_many_strokes_has_a_character(strokes, characters):
    assert {one: written(one)[0] for one in characters} == dict.fromkeys(characters, strokes)


def test_surnames_stand_as_in_printed_lists():
    shuffled = random.Random(7).sample(SURNAMES, len(SURNAMES))
    assert sorted(shuffled, key=stroke_key) == SURNAMES


def test_of_one_surname_the_given_name_decides_and_a_single_one_comes_first():
    # 一 1, 三 3, 小 3 (竖 after 横), 伟 6, 明 8 strokes; 王 before 王一.
    names = ["王", "王一", "王一明", "王三", "王小明", "王伟", "王明", "张一"]
    shuffled = random.Random(7).sample(names, len(names))
    assert sorted(shuffled, key=stroke_key) == names


def test_what_is_written_alike_stays_apart():
    # 土 and 士 are written with the same strokes: whoever is called so is not mixed with the other.
    assert sorted(["士明", "土伟", "士伟", "土明"], key=stroke_key) == ["土伟", "土明", "士伟", "士明"]


def test_a_dot_has_no_strokes_and_what_is_unknown_comes_last():
    assert stroke_key("买买提·艾力") == stroke_key("买买提艾力")
    assert sorted(["A", "魏一", "丁一", "\U0010fffd"], key=stroke_key)[:2] == ["丁一", "魏一"]


@pytest.mark.parametrize("character, strokes", [("㛃", 9), ("𬱖", 11), ("龘", 48)])
def test_rare_characters_have_their_number(character, strokes):
    assert written(character)[0] == strokes
