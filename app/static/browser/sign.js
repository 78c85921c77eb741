/** The bundle of pages on which something is signed, or a certificate is enrolled. */
import { driveCertificate } from "./certificate_page.js";
import { onEach } from "./page.js";
import { driveSigning } from "./sign_page.js";

onEach("[data-sign]", driveSigning);
onEach("[data-certificate-from-p12]", driveCertificate);
