// While it is typed: an amount of renminbi in capital figures, and the sum of a table's column.
const zh = document.documentElement.lang.startsWith("zh");
const digits = "零壹贰叁肆伍陆柒捌玖", places = ["", "拾", "佰", "仟"];

function group(number) {
  let said = "", gap = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(number / 10 ** place) % 10;
    if (digit) { said += (gap && said ? "零" : "") + digits[digit] + places[place]; gap = false; } else gap = true;
  }
  return said;
}
function whole(number) {
  for (const [unit, name] of [[1e8, "亿"], [1e4, "万"]]) {
    if (number >= unit) {
      const low = number % unit;
      return whole(Math.floor(number / unit)) + name + (low && low < unit / 10 ? "零" : "") + (low ? whole(low) : "");
    }
  }
  return group(number);
}
export function capitals(text) {
  const found = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(half(text));
  if (!found) return "";
  const yuan = Number(found[1]), [dime, cent] = (found[2] ?? "").padEnd(2, "0").split("").map(Number);
  if (!yuan && !dime && !cent) return "";
  let said = yuan ? `${whole(yuan)}元` : "";
  if (!dime && !cent) return `${said}整`;
  said += dime ? `${digits[dime]}角` : yuan ? "零" : "";
  return said + (cent ? `${digits[cent]}分` : "整");
}
function half(text) {
  return text.replace(/[０-９．]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(/[,，\s¥￥]|元$/g, "");
}

for (const wrapper of document.querySelectorAll(".govuk-input__wrapper")) {
  const sign = wrapper.querySelector(".govuk-input__prefix")?.textContent.trim();
  const input = wrapper.querySelector("input");
  if (!input || (sign !== "¥" && sign !== "CNY")) continue;
  const line = Object.assign(document.createElement("p"), { className: "sl-money__words", lang: "zh-Hans" });
  const tell = () => { const said = capitals(input.value); line.textContent = said && (zh ? `大写：${said}` : said); };
  wrapper.after(line);
  input.addEventListener("input", tell);
  tell();
}

// `<output data-sum="field:column:wanted">`: ten-thousandths are whole numbers, so that 0.1 + 0.2 is 0.3.
for (const output of document.querySelectorAll("output[data-sum]")) {
  const [name, column, wanted] = output.dataset.sum.split(":");
  const area = document.querySelector(`textarea[name="${name}"]`);
  if (!area) continue;
  const tell = () => {
    let sum = 0;
    for (const line of area.value.split("\n")) {
      const cell = Number(half(line.split(line.includes("\t") ? "\t" : "|")[column] ?? ""));
      if (Number.isFinite(cell)) sum += Math.round(cell * 10000);
    }
    output.textContent = (sum / 10000).toLocaleString("en", { maximumFractionDigits: 4 });
    output.dataset.state = !wanted || sum === Math.round(Number(wanted) * 10000) ? "ok" : "off";
  };
  area.addEventListener("input", tell);
  tell();
}
