"""From the closing to the published result."""

from __future__ import annotations

from kernel.text import Text
from tests.journeys.by_hand import holding
from tests.journeys.by_hand.people import Person, Town
from tests.world import CLOSES_AT

SIGN_RECORD = Text("签开标记录", "Sign the opening record")


def first_share(town: Town) -> None:
    """The closing; one holder releases as soon as the time for objections is over."""
    town.until(CLOSES_AT)
    town.later(minutes=31)
    holding.releases(town.person(town.world.staff.holders[0]), pictured=True)
    town.work()


def opened(town: Town) -> None:
    """One holder never comes, one is a day late; then all bids open, and the record is signed."""
    prompt, _absent, late = (town.person(each) for each in town.world.staff.holders)
    town.later(days=1)
    holding.releases(late)
    town.work()
    holding.signs_record(prompt)
    holding.signs_record(late)
    officer = town.person(town.world.staff.officer)
    officer.takes(SIGN_RECORD)
    officer.sign()
    town.work()


def qualified(town: Town) -> None:
    """The buyer examines the bidders; the panel is drawn."""
    officer = town.person(town.world.staff.officer)
    officer.takes(Text("资格审查", "Qualify the bids"))
    officer.fill_all(dict.fromkeys(officer.all_named("c-"), "passed"))
    officer.press("确定审查结果")
    officer.takes(Text("抽取评审小组", "Draw the panel"))
    officer.press("抽取评审小组")


def panel(town: Town) -> list[Person]:
    """Who finds at the desk that the draw fell on them."""
    found = []
    for player in town.world.staff.panelists:
        person = town.person(player)
        person.desk()
        if town.say(Text("申报利害关系", "Declare your interests")) in person.text():
            found.append(person)
    assert len(found) == 5
    return found


def judged(town: Town) -> None:
    """Five people declare, read, judge, and sign, each alone."""
    members = panel(town)
    for number, member in enumerate(members):
        member.takes(Text("申报利害关系", "Declare your interests"))
        member.fill_all(dict.fromkeys(member.all_named("tie-"), "none"))
        member.press("核对申报")
        member.sign()
        if number == 0:
            member.picture("panel")
    for number, member in enumerate(members):
        member.takes(Text("做符合性审查", "Check compliance"))
        if number == 0:
            _reads_the_bids(member)
            member.takes(Text("做符合性审查", "Check compliance"))
        member.fill_all(dict.fromkeys(member.all_named("rule-"), "yes"))
        member.fill(sure=True)
        member.press("提交符合性意见")
    for number, member in enumerate(members):
        member.takes(Text("打分", "Score the bids"))
        for at, name in enumerate(member.all_named("points-")):
            member.enter(name, str(22 - 2 * (at % 3)))
        for name in member.all_named("reason-"):
            member.enter(name, "方案完整，响应全部要求。")
        if number == 0:
            member.picture("scores")
        member.press("核对评分表")
        member.sign()
    town.work()
    for number, member in enumerate(members):
        member.takes(Text("核对并签署评审报告", "Check and sign the report"))
        if number == 0:
            member.picture("report")
        member.press("同意，去签名")
        member.sign()
    town.work()


def _reads_the_bids(member: Person) -> None:
    """A bid's file is opened by a member who declared."""
    member.desk()
    member.follow("我的评审", within="nav.sl-nav")
    member.page.locator("main table a").first.click()
    member.follow("阅读投标", within="main")
    member.picture("reading")
    link = member.page.locator("main a[download]").first
    assert member.download(link, "opened").stat().st_size > 0


def awarded(town: Town) -> None:
    """The approver decides; the officer signs and publishes."""
    officer, approver = (
        town.person(town.world.staff.officer),
        town.person(town.world.staff.approver),
    )
    approver.takes(Text("确定中标人", "Decide the award"))
    first = approver.page.locator('main [name="bid"]').first.get_attribute("value") or ""
    approver.fill(bid=first, sure=True)
    approver.picture("decide")
    approver.press("确定中标人")
    officer.takes(Text("签名并公告结果", "Sign and publish the award notice"))
    officer.fill(winner_address="陕西省西安市")
    officer.press("下一步：核对并签名")
    officer.sign()
    town.work()
