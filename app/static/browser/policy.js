/** The signature policy of statements. The twin of `signatures/policy/__init__.py`; a test compares. */
import { fromHex } from "./bytes.js";

export const POLICY_OID = "2.25.240388076489770293372625452877444601987";
/** The whole DER element: an arc of 128 bits is more than most encoders hold. */
export const POLICY_OID_DER = fromHex("06146982e9d987cebfc2a28ca7b2ffa0acb7e293b103");
export const POLICY_PAGE_SHA256 = fromHex("aceacef97762daf08fd22f18c89f8f2dd7be90a28872fe3fa97b0c6946276829");
