// A grid over a field of text: `<textarea data-table="head|head|…">`. What is typed or pasted from a
// spreadsheet goes back into the field, one line a row, tabs between the cells.
const zh = document.documentElement.lang.startsWith("zh");
const say = zh ? { add: "添加一行", drop: "删除", row: "第%s行", text: "改用文本编辑", grid: "改用表格编辑" }
  : { add: "Add a row", drop: "Remove", row: "row %s", text: "Edit as text", grid: "Edit as a table" };
const make = (name, values = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
};
const cells = (line) => line.split(line.includes("\t") ? "\t" : "|").map((cell) => cell.trim());
const lines = (text) => text.split(/\r?\n/).filter((line) => line.trim());

for (const area of document.querySelectorAll("textarea[data-table]")) {
  const heads = area.dataset.table.split("|"), body = make("tbody"), id = area.id;
  const wrap = make("div", { className: "sl-grid", tabIndex: -1 },
    make("table", {}, make("thead", {}, make("tr", {}, make("th", { textContent: "#", scope: "col" }),
      ...heads.map((head) => make("th", { textContent: head, scope: "col" })), make("td"))), body));
  const button = (label, act) => make("button", { type: "button", className: "govuk-button govuk-button--secondary", textContent: label, onclick: act });
  const add = button(say.add, () => { row([]); number(); body.lastChild.querySelector("input").focus(); });
  const turn = button(say.text, () => {
    if (area.hidden) { area.hidden = false; wrap.hidden = add.hidden = true; area.focus(); } else show();
    turn.textContent = area.hidden ? say.text : say.grid;
  });

  function row(values, before = null) {
    const line = make("tr", {}, make("th", { scope: "row" }), ...heads.map((_, i) =>
      make("td", {}, make("input", { className: "govuk-input", value: values[i] ?? "", autocomplete: "off" }))),
    make("td", {}, make("button", { type: "button", className: "sl-grid__drop", textContent: "×", onclick: () => {
      const next = line.nextSibling ?? line.previousSibling;
      line.remove();
      if (!body.children.length) row([]);
      number(); write();
      (next?.isConnected ? next : body.firstChild).querySelector("input").focus();
    } })));
    body.insertBefore(line, before);
  }
  const wide = (text) => text.replace(/[^\x00-\xff]/g, "xx").length;
  function number() {
    const sizes = heads.map((head, i) => Math.min(26, Math.max(4, ...[...body.children].map((line) => wide(line.querySelectorAll("input")[i].value)))));
    [...body.children].forEach((line, n) => {
      const name = say.row.replace("%s", n + 1);
      line.firstChild.textContent = n + 1;
      line.querySelectorAll("input").forEach((input, i) => {
        input.setAttribute("aria-label", `${heads[i]}${zh ? "，" : ", "}${name}`);
        input.id = n || i ? "" : id;
        input.size = sizes[i];
      });
      line.querySelector("button").setAttribute("aria-label", `${say.drop}${zh ? "" : " "}${name}`);
    });
  }
  function write() {
    area.value = [...body.children].map((line) => [...line.querySelectorAll("input")].map((i) => i.value.replace(/[\t\r\n]/g, " ").trim()))
      .filter((line) => line.some(Boolean)).map((line) => line.join("\t")).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function show() {
    body.replaceChildren();
    for (const line of lines(area.value)) row(cells(line));
    if (!body.children.length) row([]);
    number();
    area.hidden = true; wrap.hidden = add.hidden = false;
  }

  body.addEventListener("input", write);
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault(); // it would send the form
    const line = event.target.closest("tr"), place = [...line.querySelectorAll("input")].indexOf(event.target);
    if (!line.nextSibling) { row([]); number(); }
    line.nextSibling.querySelectorAll("input")[place].focus();
  });
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    let line = event.target.closest("tr");
    const from = [...line.querySelectorAll("input")].indexOf(event.target);
    for (const pasted of lines(text)) {
      if (!line) { row([]); line = body.lastChild; }
      const inputs = line.querySelectorAll("input");
      pasted.split("\t").forEach((cell, i) => { if (inputs[from + i]) inputs[from + i].value = cell.trim(); });
      line = line.nextSibling;
    }
    number(); write();
  });
  area.id = `${id}-text`;
  area.after(wrap, add, turn);
  show();
}
