/** The bundle of a key holder's pages. */
import { driveHolder, driveRelease } from "./hold_page.js";
import { onEach } from "./page.js";

onEach("[data-holder]", driveHolder);
onEach("[data-release]", driveRelease);
