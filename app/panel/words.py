"""The panel's words for codes of the evaluation."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.text import Text

TIES: Mapping[str, Text] = {
    "employment": Text("受雇或曾受雇", "Employed there, now or before"),
    "office": Text("任董事、监事或担任职务", "Director, supervisor or office holder"),
    "share": Text("持有股份或有经济利益", "Shares or another economic interest"),
    "family": Text("与其负责人是近亲属", "Close relative of those in charge"),
    "other": Text("其他可能影响公正的关系", "Another tie that could sway a judgement"),
}
LEFT: Mapping[str, Text] = {
    **{
        f"tie_{kind}": Text(f"申报的关系：{said.zh}", f"A declared tie: {said.en}")
        for kind, said in TIES.items()
    },
    "absent": Text("未能继续参加评审", "Could not go on with the evaluation"),
}
TRIGGERS: Mapping[str, Text] = {
    "below_mean": Text("低于全部有效报价平均值的规定比例", "Below the set share of the mean"),
    "below_second_lowest": Text(
        "低于次低报价的规定比例", "Below the set share of the second lowest price"
    ),
    "below_ceiling": Text("低于最高限价的规定比例", "Below the set share of the ceiling"),
}
CORRECTIONS: Mapping[str, Text] = {
    "sheet_over_detail": Text("以开标一览表为准", "The opening sheet prevails over the detail"),
    "words_over_figures": Text("以大写金额为准", "Words prevail over figures"),
    "sheet_total_over_misplaced_unit": Text(
        "单价小数点错位，以总价为准", "The total prevails over a misplaced decimal point"
    ),
    "unit_sum_over_total": Text(
        "以单价计算的合计为准", "The sum of the unit prices prevails over the total"
    ),
}
TIE_BREAKS: Mapping[str, Text] = {
    "price": Text("得分相同，报价低的在前", "Equal points: the lower price comes first"),
    "documents": Text("按采购文件规定的方法排序", "Broken as the documents say"),
    "arrival": Text("按送达先后排序", "The earlier arrival comes first"),
    "draw": Text("随机抽取", "Drawn at random"),
}
UNNAMED_RULE = Text("采购文件的实质性要求", "The mandatory requirements of the documents")


def known(table: Mapping[str, Text], code: str) -> Text:
    """The words for a code; a new code is shown as it is rather than hidden."""
    return table.get(code, Text(code, code))
