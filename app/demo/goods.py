"""What an invented school buys in the demo, beside the goods of `app.rehearsal.plots`."""

from __future__ import annotations

from app.rehearsal.plots import Goods
from kernel.text import Text


def _goods(
    name: tuple[str, str],
    specification: tuple[str, str],
    item: tuple[str, str],
    quantity: int,
    unit: str,
) -> Goods:
    title = Text(f"第一中学{name[0]}采购", f"{name[1]} for No. 1 Middle School")
    return Goods(title, Text(*specification), Text(*item), quantity, unit)


PRINTERS = _goods(
    ("复印机", "Copiers"),
    ("数码复印机6台，双面，每分钟35页。", "6 digital copiers, duplex, 35 pages a minute."),
    ("数码复印机", "Digital copier"),
    6,
    "台",
)
KITCHEN = _goods(
    ("食堂炊具", "Canteen kitchen equipment"),
    (
        "蒸饭柜、消毒柜等炊具20件，不锈钢。",
        "20 pieces: rice steamers, sterilisers, stainless steel.",
    ),
    ("食堂炊具", "Kitchen equipment"),
    20,
    "件",
)
SPORTS = _goods(
    ("体育器材", "Sports equipment"),
    ("篮球架、乒乓球台等器材40件。", "40 pieces: basketball stands, table-tennis tables."),
    ("体育器材", "Sports equipment"),
    40,
    "件",
)
COMPUTERS = _goods(
    ("计算机教室电脑", "Classroom computers"),
    (
        "台式电脑300台，16 GB内存，512 GB固态硬盘，三年保修。",
        "300 desktop computers, 16 GB memory, 512 GB disk, three years' warranty.",
    ),
    ("台式电脑", "Desktop computer"),
    300,
    "台",
)
TEACHERS = _goods(
    ("教师电脑", "Teachers' computers"),
    ("笔记本电脑60台，16 GB内存，三年保修。", "60 laptops, 16 GB memory, three years' warranty."),
    ("笔记本电脑", "Laptop"),
    60,
    "台",
)
PROJECTORS = _goods(
    ("教室投影机", "Classroom projectors"),
    ("激光投影机40台，4000流明，含吊架。", "40 laser projectors, 4,000 lumens, with mounts."),
    ("激光投影机", "Laser projector"),
    40,
    "台",
)
AIR_CONDITIONERS = _goods(
    ("教室空调", "Classroom air conditioners"),
    ("壁挂式空调120台，一级能效，含安装。", "120 wall units of the best energy class, fitted."),
    ("壁挂式空调", "Wall air conditioner"),
    120,
    "台",
)
MICROSCOPES = _goods(
    ("生物显微镜", "Microscopes"),
    ("双目生物显微镜160台，40至1000倍。", "160 binocular microscopes, 40x to 1000x."),
    ("双目生物显微镜", "Binocular microscope"),
    160,
    "台",
)
BLACKBOARDS = _goods(
    ("智慧黑板", "Smart blackboards"),
    ("86英寸触控智慧黑板50块。", "50 touch blackboards of 86 inches."),
    ("智慧黑板", "Smart blackboard"),
    50,
    "块",
)
CAMERAS = _goods(
    ("校园安防摄像机", "Security cameras"),
    (
        "400万像素网络摄像机200台，存储90日。",
        "200 network cameras of 4 megapixels, 90 days' storage.",
    ),
    ("网络摄像机", "Network camera"),
    200,
    "台",
)
UNIFORMS = _goods(
    ("学生实验服", "Laboratory coats"),
    ("棉质实验服3000件。", "3,000 cotton laboratory coats."),
    ("实验服", "Laboratory coat"),
    3000,
    "件",
)
PIANOS = _goods(
    ("音乐教室乐器", "Music room instruments"),
    ("电钢琴10台，88键。", "10 digital pianos of 88 keys."),
    ("电钢琴", "Digital piano"),
    10,
    "台",
)
WATER = _goods(
    ("直饮水设备", "Drinking water machines"),
    ("直饮水机25台，反渗透，冷热两用。", "25 reverse-osmosis machines, hot and cold."),
    ("直饮水机", "Drinking water machine"),
    25,
    "台",
)
