// Only form pages load this: errors get the focus, a double click sends once, choices unfold.
import { Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, createAll, isSupported } from "./govuk-frontend-03560aaedbb4.js";

if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
}
if (isSupported()) {
  for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios]) {
    createAll(component);
  }
}
// A file that is too large is told before it is sent: nothing that was typed is lost over it.
const zh = document.documentElement.lang.startsWith("zh");
for (const input of document.querySelectorAll("input[type=file][data-bytes-max]")) {
  const most = Number(input.dataset.bytesMax), mb = (bytes) => (bytes / 2 ** 20).toFixed(1).replace(/\.0$/, "");
  input.addEventListener("change", () => {
    const large = [...input.files].find((file) => file.size > most);
    const said = !large ? "" : zh ? `文件太大：最大${mb(most)} MB，所选的有${mb(large.size)} MB。请换一份。` : `The file is too large: at most ${mb(most)} MB, and this one has ${mb(large.size)} MB. Choose another.`;
    input.setCustomValidity(said);
    if (said) input.reportValidity();
  });
  input.form?.addEventListener("submit", (event) => {
    if (!input.validationMessage) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.reportValidity();
  }, true);
}
