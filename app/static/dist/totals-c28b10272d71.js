// Running totals while a sheet is filled in: `<output data-total-of="points-BID-">` adds up the fields of those names.
for (const output of document.querySelectorAll("[data-total-of]")) {
  const fields = [...document.querySelectorAll("input")].filter((one) => one.name.startsWith(output.dataset.totalOf));
  const add = () => {
    const cents = fields.map((one) => Math.round(Number(one.value.replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))) * 100) || 0);
    output.value = (cents.reduce((sum, one) => sum + one, 0) / 100).toFixed(2);
  };
  for (const one of fields) one.addEventListener("input", add);
  add();
}
