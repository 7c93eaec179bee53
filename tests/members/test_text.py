"""Folding: equal words compare equal however they were typed."""

import pytest

from members.text import fold, tidy, tidy_name


@pytest.mark.parametrize(
    "written, same",
    [
        ("參加黨的組織生活", "参加党的组织生活"),
        ("聯繫走訪普通羣衆(職工)", "联系走访普通群众（职工）"),
        ("聯繫走訪普通群眾(職工)", "联系走访普通群众(职工)"),
        ("積分考覈", "积分考核"),
        ("爲羣衆辦實事", "为群众办实事"),
        ("為群眾辦實事", "为群众办实事"),
        ("文祕", "文秘"),
        ("彙總", "汇总"),
        ("社區里裡裏", "社区里里里"),
        ("臺台", "台台"),
        ("顏著", "颜着"),
        ("峯峰", "峰峰"),
        ("党 员　编 号\n", "党员编号"),
        ("姓\u200b名\ufeff", "姓名"),
        ("ＤＴ０１", "DT01"),
        ("⼴⼤", "广大"),
    ],
)
def test_same_words_fold_alike(written, same):
    assert fold(written) == fold(same)


@pytest.mark.parametrize(
    "one, other", [("张三", "张三丰"), ("覆盖", "复盖"), ("优秀", "良好"), ("a", "b"), ("甲岗A", "甲岗a")]
)
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["積分考覈 ＡＢ", "麼么什麼", "著着", "裏里", "", "a b"])
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_tidy_keeps_one_space_between_words():
    assert tidy("  支部 \n 大会\u3000议 ") == "支部 大会 议"


@pytest.mark.parametrize(
    "written, stored",
    [("张　三", "张三"), (" 李 四 ", "李四"), ("John  Smith", "John Smith"), ("买买提·艾力", "买买提·艾力")],
)
def test_padded_names_close_up(written, stored):
    assert tidy_name(written) == stored
