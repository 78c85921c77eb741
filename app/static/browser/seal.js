/** The bundle of a supplier's pages: sealing and sending a bid, and the self-test. */
import { onEach } from "./page.js";
import { driveSealing } from "./seal_page.js";
import { driveSelfTest } from "./selftest_page.js";

onEach("[data-seal]", driveSealing);
onEach("[data-selftest]", driveSelfTest);
