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
