"""Invented households for the handbook's tests and benchmark. No such people, numbers or telephones exist."""

from desktop.features.handbook.model import Book, BookHelper, BookMember, BookVisit, Plaque

# A first name with characters of Extension A, E and B, all in use as names.
RARE = "㛃𬱖𠀀"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = (
    "秀兰建国玉梅志强桂英德福春花永顺淑芬长河翠萍金锁银屏宝柱雪晴子涵浩然梓轩诗雨家明文博凤霞庆祥瑞云爱莲"
    "守信传芳学勤敬贤延龄保生立群耀宗培林素珍月娥彩霞红艳晓燕佳琪俊杰鹏飞思远嘉懿婉婷泽楷昊天欣妍曼丽"
)
_OPENINGS = ("入户了解近期生活情况", "电话联系", "上门宣讲政策", "节前探望", "陪同医生上门", "核对收入台账")
_MIDDLES = (
    "屋顶东北角漏雨已拍照", "老人膝关节疼痛、走路不便", "孩子在校成绩有进步", "本月务工工资已到账", "院内养羊长势好",
    "果树已剪枝追肥", "饮水管道冬季包扎完毕", "入户路有一处塌陷", "慢性病药物已领取", "申请公益性岗位材料已交",
    "厨房烟道需要清理", "外出打工的儿子下旬返乡",
)  # fmt: skip
_CLOSINGS = (
    "提醒按时缴纳医疗保险。",
    "约定下月再来。",
    "已向村委会反映。",
    "留下联系电话。",
    "嘱咐注意用电安全。",
)


def _findings(n: int) -> str:
    middle = "，".join(_MIDDLES[(n * k + n // 3) % 12] for k in (1, 5, 7)[: n % 3 + 1])
    return f"{_OPENINGS[n % 6]}，{middle}；家中存粮{n % 900 + 100}斤，{_CLOSINGS[n % 5]}"


def member(n: int, relation: str = "户主", name: str = "") -> BookMember:
    given = _GIVEN[n * 7 % len(_GIVEN)] + _GIVEN[(n * 11 + 5) % len(_GIVEN)]
    return BookMember(
        name=name or _SURNAMES[n % len(_SURNAMES)] + given,
        sex="男" if n % 2 else "女",
        relation=relation,
        birth=f"{1950 + n % 60}年{n % 12 + 1}月{n % 28 + 1}日",
        id_number=f"371699{1950 + n % 60}{n % 12 + 1:02}{n % 28 + 1:02}{n % 1000:03}X",
        ethnic="汉族",
        education="小学" if n % 3 else "初中",
        student="" if n % 5 else "九年义务教育八年级",
        health="健康" if n % 4 else "长期慢性病",
        labour="普通劳动力" if n % 3 else "弱劳动力或半劳动力",
        work_place="" if n % 3 else "滨城区",
        work_months="" if n % 3 else "8",
        medical="是",
        pension="是",
        serious_illness="是" if n % 2 else "否",
    )


def visit(n: int) -> BookVisit:
    return BookVisit(
        day=f"2026年{n % 12 + 1}月{n % 28 + 1}日",
        way="电话" if n % 3 == 1 else "上门",
        visitor=member(n + 7).name,
        findings=_findings(n),
        wishes="希望尽快修缮屋顶" if n % 3 == 0 else "",
        outcome="已报村委会，列入本月修缮计划" if n % 3 == 0 else "",
    )


def book(n: int = 31, *, members: int = 3, visits: int = 4, rare: bool = False) -> Book:
    relations = ("户主", "配偶", "之子", "之女", "之父", "之母", "之孙子", "之孙女", "之儿媳", "其他")
    people = tuple(member(n + i, relations[i % 10]) for i in range(members))
    head = "张" + RARE if rare else people[0].name
    return Book(
        number=f"y{120000 + n:07}", head=head, edition="3", printed_on="2026年11月22日",
        first_issued="2026年3月1日", issuer="里则街道办事处", county="滨城区", township="里则街道",
        village="蔡园董村", group=f"{n % 4 + 1}组", address=f"{n % 90 + 1}号", sex="女", birth="1956年4月3日",
        ethnic="汉族", population=str(members), telephone=f"1380000{n % 10000:04}", kind="一般脱贫户",
        monitor_class="脱贫不稳定户" if n % 3 == 0 else "", cause="因病",
        cause_detail="户主患慢性病，长期服药，家中缺少劳动力", lifted_year="2018年", farmland="4.35",
        woodland="0.60", house_area="86.00", house_danger="B级", water="已解决", electricity="已通",
        road="水泥路", income_year="2025", income_per_head="13,482.50", members=people,
        helpers=(BookHelper("周建国", "滨城区统计局", "县直", "科长", "13800001111", "2024年3月至今"),),
        visits=tuple(visit(n + i) for i in range(visits)),
    )  # fmt: skip


def plaque(n: int = 31) -> Plaque:
    return Plaque(
        number=f"y{120000 + n:07}", head="欧阳秀" + RARE[0], edition="3", printed_on="2026年11月22日",
        issuer="里则街道办事处", village="蔡园董村", group="2组", population="3", kind="一般脱贫户",
        monitor_class="脱贫不稳定户", cause="因病", telephone="13800004321", helper="周建国",
        helper_unit="滨城区统计局", helper_telephone="13800001111", goal="2018年已脱贫，持续巩固",
        supervision="0543-0000000",
    )  # fmt: skip
