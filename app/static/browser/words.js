/** What the modules say, in the language of the page. A refusal's code finds its sentence here. */
import { Refused } from "./refusal.js";

/** @type {Record<string, [zh: string, en: string]>} */
const WORDS = {
  // Signing
  "sign.opening": ["正在打开证书文件……", "Opening the key file…"],
  "sign.signing": ["正在签名……", "Signing…"],
  "sign.sending": ["已签名，正在提交……", "Signed. Sending…"],
  "key_file_missing": ["请选择您的证书文件（.p12 或 .pfx）。", "Choose your key file (.p12 or .pfx)."],
  "key_file_unreadable": ["这个文件不是可以读取的证书文件（.p12 或 .pfx）。请检查是否选错了文件。", "This is not a key file (.p12 or .pfx) that can be read. Check that you chose the right file."],
  "key_file_password_wrong": ["密码不对，证书文件没有打开。请重新输入。", "The password is wrong and the key file stays closed. Enter it again."],
  "key_file_password_missing": ["请输入证书密码。", "Enter the password of your key file."],
  "key_file_incomplete": ["这个证书文件里没有私钥或没有证书，不能用来签名。请使用发证机构给您的完整文件。", "This file holds no private key or no certificate, so it cannot sign. Use the complete file from your certificate authority."],
  "key_file_kind_not_supported": ["这个证书文件的加密方式浏览器不支持。请用离线工具签名，或请发证机构换一种格式。", "This file is encrypted in a way that the browser does not know. Sign with the offline tool, or ask your authority for another format."],
  "key_kind_not_allowed": ["这种密钥不能在这里签名。可以使用 2048 位以上的 RSA 或 P-256、P-384 椭圆曲线证书。", "This kind of key cannot sign here. RSA from 2048 bits and elliptic curves P-256 and P-384 can."],
  "key_is_not_the_certificates": ["文件里的私钥与证书不是一对，不能签名。", "The private key in the file does not belong to its certificate."],
  "certificate_expired": ["这张证书已经过期，不能再签名。请使用有效的证书。", "This certificate has expired and can no longer sign. Use one that is valid."],
  "certificate_not_yet_valid": ["这张证书还没有到生效时间。请检查证书，也检查这台电脑的时钟。", "This certificate is not valid yet. Check the certificate, and this computer's clock."],
  "certificate_other": ["这份文件是为您的另一张证书准备的。请选择对应的证书文件，或重新打开本页。", "This document was prepared for another of your certificates. Choose its key file, or open this page again."],
  "certificate_not_yours": ["这张证书（{name}）没有登记在您名下，什么也没有提交。请选择您自己的证书文件；换了新证书的，先到“我的账户”登记。", "This certificate ({name}) is not enrolled as yours, so nothing was sent. Choose your own key file; if you have a new certificate, enrol it first under “My account”."],
  "certificate_unreadable": ["证书内容无法读取。", "The certificate cannot be read."],
  "certificate_too_large": ["证书太大，无法读取。", "The certificate is too large to be read."],
  "certificate_missing": ["请先读取证书。", "Read the certificate first."],
  "certificate.read": ["已读取证书。只有证书本身会提交，私钥和密码不会离开这台电脑。", "The certificate was read. Only the certificate itself is sent; the private key and the password stay on this computer."],
  "statement_differs": ["要签名的内容与页面显示的摘要不一致，没有签名。请重新打开本页；如果再次出现，请联系监督部门。", "What was to be signed differs from the digest shown, so nothing was signed. Open this page again; if it happens again, tell the supervisory body."],
  "statement_of_another_installation": ["要签名的内容属于另一个系统，没有签名。", "What was to be signed belongs to another installation, so nothing was signed."],
  "pdf_not_fetched": ["没有取到要签名的文件。请检查网络后再试。", "The document to sign could not be fetched. Check the network and try again."],
  "pdf_not_prepared": ["取到的文件不是准备好签名的 PDF，没有签名。请重新打开本页。", "The document fetched is not a PDF prepared for signing, so nothing was signed. Open this page again."],
  "pdf_digest_differs": ["文件内容与要签名的摘要不一致，没有签名。请重新打开本页；如果再次出现，请联系监督部门。", "The document differs from the digest to be signed, so nothing was signed. Open this page again; if it happens again, tell the supervisory body."],
  "pdf_attributes_other": ["要签名的属性里有不该有的内容，没有签名。请联系监督部门。", "The attributes to be signed hold something that does not belong there, so nothing was signed. Tell the supervisory body."],
  "browser_lacks": ["这个浏览器不能签名：需要 HTTPS 和较新的浏览器。请更换浏览器，或用离线工具签名。", "This browser cannot sign: it needs HTTPS and a recent browser. Use another browser, or the offline tool."],
  "sign_not_sent": ["已签名，但连不上服务器，还没有提交。请不要关闭本页；网络恢复后再按一次，不用重新签名。", "Signed, but the server cannot be reached and nothing was sent. Keep this page open and press again once the network is back; there is no need to sign again."],
  "network": ["连不上服务器。请检查网络后再试；已经上传的部分不会丢失。", "The server cannot be reached. Check the network and try again; what was uploaded is not lost."],
  "unknown": ["出现了没有预料到的问题（{code}）。请重试；如果再次出现，请把这个代码告诉我们。", "Something unexpected happened ({code}). Try again; if it happens again, tell us this code."],
};

/** @returns {"zh" | "en"} */
export const language = () => (document.documentElement.lang.toLowerCase().startsWith("en") ? "en" : "zh");

/**
 * Another module's sentences.
 * @param {Record<string, [string, string]>} words
 */
export function learn(words) {
  Object.assign(WORDS, words);
}

/**
 * The sentence for a key; `{name}` is filled from the facts.
 * @param {string} key
 * @param {Record<string, unknown>} [facts]
 */
export function say(key, facts = {}) {
  const found = WORDS[key]?.[language() === "en" ? 1 : 0] ?? sayUnknown(key);
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

/** @param {string} code */
const sayUnknown = (code) => WORDS.unknown[language() === "en" ? 1 : 0].replace("{code}", code);

/**
 * What a person is told of a problem: the refusal's sentence, the server's own words, or the code.
 * @param {unknown} problem
 */
export function sayProblem(problem) {
  if (problem instanceof Refused) {
    const words = /** @type {{zh?: string, en?: string} | undefined} */ (problem.facts.words);
    return words?.[language()] ?? say(problem.code, problem.facts);
  }
  if (problem instanceof TypeError && /fetch/i.test(problem.message)) return say("network");
  return say("unknown", { code: problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem) });
}
