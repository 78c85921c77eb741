// Running totals while a sheet is filled in: `<output data-total-of="points-BID-" data-total-limits="35 10">`
// adds up the fields of those names, in their order. One that is no number within its limit is left
// out, and the total says so by its colour; the form itself says which and why.
const half = (text) => text.trim().replace(/[０-９．]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));

for (const output of document.querySelectorAll("[data-total-of]")) {
  const limits = output.dataset.totalLimits.split(" ").map(Number);
  const fields = [...document.querySelectorAll("input")].filter((one) => one.name.startsWith(output.dataset.totalOf));
  const add = () => {
    const given = fields.map((one, place) => [half(one.value), limits[place]]).filter(([text]) => text);
    const fitting = given.filter(([text, limit]) => Number(text) >= 0 && Number(text) <= limit);
    output.value = (fitting.reduce((sum, [text]) => sum + Math.round(Number(text) * 100), 0) / 100).toFixed(2);
    output.dataset.state = fitting.length === given.length ? "" : "off";
  };
  for (const one of fields) one.addEventListener("input", add);
  add();
}
