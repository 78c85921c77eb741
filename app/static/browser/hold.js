/** The bundle of a key holder's pages. */
import { driveHolder, driveRelease } from "./hold_page.js";
import { onEach } from "./page.js";

const SEEN_MILLISECONDS = 3000;

onEach("[data-holder]", driveHolder);
onEach("[data-release]", driveRelease);
// What was done stands on the page as it is drawn anew, with the next step.
for (const done of ["sunlit:keys-registered", "sunlit:released"]) {
  document.addEventListener(done, () => setTimeout(() => location.reload(), SEEN_MILLISECONDS));
}
