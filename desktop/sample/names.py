"""Invented names: common surnames and given names drawn by chance, and a few with characters that fonts lack."""

from random import Random

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗" * 6
    + "梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯"
    * 2
    + "邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳"
    "邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜单仇解查曾区朴盖缪尉覃"
)
_MEN = (
    "国建军伟强勇平刚明志新民学永成德贵福生财清光荣华胜利宝玉良海山仁波宁义兴健世广泰启祥维庆鹏飞龙虎涛川江河峰岭岩石松柏林森树根"
    "栋梁柱堂厚康宽忠信诚孝友恭俭让温直正廉洁振邦安定远方向东南西北春夏秋冬晨曦阳晖昊昌晓晖曙旭照辉煌炳烨焕灿炎磊钢铁铮锋锐钧铭锦"
    "鑫银铜链博文彬斌章书翰墨砚池源泉洋泽润济淮沐汉渊深浩瀚瑞麟骏驰骋骥翔鸿鹤鹰雁雷霆震云霄汉宇宙宏伟壮志凌霜雪寒冰凯旋胜捷超越卓群杰俊"
)
_WOMEN = (
    "秀英兰芳桂珍玉梅香月莲凤琴素云霞红艳丽娟敏静淑惠娥琼瑶珊瑚琳琅珠玲珑璐璇琪瑾瑜芝芬芸花荷菊萍菲蓉蕾薇莉莎茹茜荟萱菁菱蓓娜婷婉姗妍姝妮"
    "娴嫣婧媛婕嫦佳倩俪伶依侠巧慧智贤良雅洁清澄净涵冰雪霜露虹霓彩环翠翡碧青蓝紫丹朱绮绣纹锦缎丝绒绫纺织缘巾帼眉毓怡悦欣欢喜爱恋思念意情"
    "心怀恩恬恒春晓晴晨晶昭映岚岩泉溪波澜漪滢湘沁沅淼汐潇荣荷勤俭改转招娣爱换存仙奎"
)
# One each of what an office meets: extension A, a character above U+FFFF (extensions B and E), a long name with
# its middle dot, a double surname, readings that only a surname has.
RARE = ("马䶮", "王㛃", "李䲟", "赵𬱖", "孙玉𬍛", "周𣲗兰", "迪丽努尔·艾山江", "欧阳秀娥", "单曾强", "仇晓蓉")


def full_name(chance: Random, sex: str, surname: str = "") -> str:
    pool = _MEN if sex == "男" else _WOMEN
    given = "".join(chance.choices(pool, k=2 if chance.random() < 0.82 else 1))
    return (surname or chance.choice(_SURNAMES)) + given


def family_name(name: str) -> str:
    if "·" in name:
        return ""
    return name[:2] if name.startswith("欧阳") else name[:1]


def rare(household: int) -> str:
    """Every seventh of the first households has one of the rare names for its head."""
    return RARE[household // 7] if household % 7 == 3 and household // 7 < len(RARE) else ""
