"""The plan's figures and names typed in a second time, from the text and not from the scheme file."""

from fractions import Fraction

COLUMNS = (
    "org_life training pair_household pair_backbone visit_people visit_household "
    "community_activity volunteer essay dues org_task duty conduct"
).split()
TABLE = {
    "organ.leader": "12/24 3/12 1/8 1/6 100/12 - 2/8 - 2/8 12/6 5 6 5",
    "organ.middle": "12/26 2/12 1/10 - 100/14 - 2/8 - 2/8 12/6 5 6 5",
    "organ.member": "12/30 - 1/12 - 100/16 - 2/10 - 2/10 12/6 5 6 5",
    "community.secretary": "8/24 2/12 - - - 150/18 - 4/14 2/10 12/6 5 6 5",
    "community.committee": "8/24 2/12 - - - 100/18 - 4/14 2/10 12/6 5 6 5",
    "community.group_lead": "8/34 2/14 - - - - - 3/24 1/10 12/8 5 - 5",
    "community.member": "6/40 - - - - - - 3/30 1/12 12/8 5 - 5",
    "community.student": "5/42 - - - - - - 2/28 1/12 12/8 5 - 5",
    "non_public.leader": "8/30 2/12 - - 20/14 - - 3/16 1/10 12/8 5 - 5",
    "non_public.backbone": "8/38 - - - - - - 3/28 1/14 12/8 6 - 6",
    "non_public.member": "6/40 - - - - - - 2/28 1/12 12/8 6 - 6",
}
IN_SERVICE = [("volunteer_post", 1, 20), ("volunteer", 2, 30), ("good_deed", 1, 15),
              ("pair_household", 1, 20), ("community_life", 1, 15)]  # fmt: skip
UNSCORED = {"elderly.member"}
DAILY_ALONE = {"in_service.member"}

INDICATORS = {
    "org_life": ("参加党的组织生活", "counted"),
    "training": ("参加党建、业务培训", "counted"),
    "pair_household": ("结对困难家庭", "standing"),
    "pair_backbone": ("结对群众骨干家庭", "standing"),
    "visit_people": ("联系走访普通群众(职工)", "counted"),
    "visit_household": ("联系走访社区居民", "counted"),
    "community_activity": ("参加在职党员进社区活动", "counted"),
    "volunteer": ("参加志愿服务活动", "counted"),
    "essay": ("撰写党员学习心得体会", "counted"),
    "dues": ("及时足额缴纳党费", "monthly"),
    "volunteer_post": ("认领志愿服务岗位", "standing"),
    "good_deed": ("为群众办实事", "counted"),
    "community_life": ("与社区直管党员共同过组织生活或参加社区党内主题活动", "counted"),
    "org_task": ("完成党组织交办的其它工作", "judged"),
    "duty": ("按要求完成本职岗位工作", "judged"),
    "conduct": ("道德品行(社会公德、职业道德、家庭美德)", "judged"),
}
WORDINGS = {"参加社区志愿服务活动": "volunteer", "结对帮扶社区困难居民": "pair_household"}
HALF = Fraction(1, 2)
EXCESS: dict[str, tuple[Fraction | int, int, int]] = {  # indicator: (rate, step, cap)
    "org_life": (HALF, 1, 3),
    "training": (HALF, 1, 2),
    "pair_household": (1, 1, 3),
    "pair_backbone": (1, 1, 3),
    "visit_people": (HALF, 10, 3),
    "visit_household": (HALF, 10, 3),
    "community_activity": (HALF, 1, 2),
    "volunteer": (1, 1, 5),
    "essay": (HALF, 1, 2),
    "good_deed": (1, 1, 3),
    "volunteer_post": (1, 1, 2),
    "community_life": (HALF, 1, 2),
}
BEYOND = {"good_deed": 2}
WAIVABLE = {"good_deed"}
BALLOT = (100, 80, 60, 40)
BANDS = (("excellent", 90), ("good", 70), ("pass", 60), ("fail", 0))
LEVELS = {
    "national": ("国家级", 10),
    "provincial": ("省级", 8),
    "municipal": ("市级", 6),
    "district": ("区级", 4),
    "subdistrict": ("街道级", 2),
    "community": ("社区级", 1),
}
CATEGORIES = {
    "机关党员": "organ",
    "社区党员": "community",
    "非公企业党组织与社会组织党组织党员": "non_public",
    "在职党员": "in_service",
    "65岁以上年老多病、行动不便党员": "elderly",
}
ROLE_NAMES = {
    "organ.leader": "领导班子成员党员",
    "organ.middle": "中层干部党员",
    "organ.member": "普通党员",
    "community.secretary": "社区党(总)支部书记",
    "community.committee": "社区两委班子其他成员党员",
    "community.group_lead": "社区下属支部成员及党小组长",
    "community.member": "普通党员",
    "community.student": "学生党员",
    "non_public.leader": "党组织班子成员党员",
    "non_public.backbone": "企业管理骨干层党员",
    "non_public.member": "普通党员",
    "in_service.member": "在职党员",
    "elderly.member": "65岁以上年老多病、行动不便党员",
}
TRADITIONAL = dict(
    zip("張劉陳東區樓號門黨員結對戶崗書記長級", "张刘陈东区楼号门党员结对户岗书记长级", strict=True)
)
"""The Traditional characters that labels of the tests are written with."""


def requirements(role: str) -> list[tuple[str, int | None, int]]:
    """(indicator, quota or None when judged, points) of a role, in the order of the plan."""
    if role in UNSCORED:
        return []
    if role == "in_service.member":
        return list(IN_SERVICE)
    found: list[tuple[str, int | None, int]] = []
    for indicator, cell in zip(COLUMNS, TABLE[role].split(), strict=True):
        if cell == "-":
            continue
        quota, slash, points = cell.rpartition("/")
        found.append((indicator, int(quota) if slash else None, int(points)))
    return found
