// What is typed is kept on the server for this person while it is typed: `<form data-draft="/drafts/…">`.
const said = { zh: ["已保存 %s", "网络断了，恢复后会继续保存", "没有保存：请重新登录（新窗口），这里的内容不会丢"], en: ["Saved at %s", "Connection lost; saving goes on when it is back", "Not saved: log in again in another window; nothing here is lost"] };
const words = said[document.documentElement.lang.startsWith("zh") ? "zh" : "en"];
const WAIT = 1500;

for (const form of document.querySelectorAll("form[data-draft]")) {
  const line = form.querySelector("[data-draft-said]");
  let timer = 0, dirty = false, sending = false;
  const tell = (text) => { if (line) line.textContent = text; };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const fields = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && !name.startsWith("sign-")) data.append(name, value);
    return data;
  };
  async function save() {
    if (!dirty || sending) return;
    dirty = false; sending = true;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: fields(), redirect: "error" });
      if (answer.ok) tell(words[0].replace("%s", (await answer.json()).shown));
      else if (answer.status === 401 || answer.status === 403) { dirty = true; tell(words[2]); later(15000); }
      else tell((await answer.json().catch(() => ({}))).words?.[document.documentElement.lang.startsWith("zh") ? "zh" : "en"] ?? words[1]);
    } catch { dirty = true; tell(words[1]); later(5000); }
    sending = false;
    if (dirty) later(WAIT);
  }
  form.addEventListener("input", () => { dirty = true; later(WAIT); });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  addEventListener("pagehide", () => { if (dirty) navigator.sendBeacon(form.dataset.draft, fields()); });
}
