// The live opening: asks for the changing part with its ETag; an unchanged page costs no body.
const EVERY = 5000;
for (const part of document.querySelectorAll("[data-live-on]")) {
  let tag = "";
  part.setAttribute("aria-live", "polite");
  const ask = async () => {
    if (document.hidden) return void setTimeout(ask, EVERY);
    try {
      const answer = await fetch(part.dataset.live, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        part.replaceChildren(...fresh.body.childNodes);
        if (answer.headers.get("X-Going-On") === "0") return;
      }
    } catch { /* the line is down: the next round may get through */ }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}
