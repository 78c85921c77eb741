// Runs the vectors of the sealed bid with an implementation of its own, written from
// docs/envelope-v1.md alone and with nothing but Node's standard library:
//
//     node tests/vectors/sealed-v1.mjs
//
// It is slow and not constant in time. It is here to show that the page suffices.

import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'

const HERE = path.dirname(url.fileURLToPath(import.meta.url))
const FOLDER = path.join(HERE, 'sealed-v1')
const TABLE = JSON.parse(fs.readFileSync(path.join(HERE, '../../signatures/sealed/text-v1.json')))

class Refused extends Error {}
const no = code => { throw new Refused(code) }
const must = (right, code) => { if (!right) no(code) }
const sha256 = bytes => crypto.createHash('sha256').update(bytes).digest()
const digest = bytes => 'sha256:' + sha256(bytes).toString('hex')
const hex = text => Buffer.from(text, 'hex')
const number = bytes => BigInt('0x' + Buffer.from(bytes).reverse().toString('hex'))
const bytes32 = value => hex(value.toString(16).padStart(64, '0')).reverse()

// --- section 3: canonical JSON, text, statements -----------------------------------------------

const allowedText = text => {
  for (const character of text) {
    const code = character.codePointAt(0)
    if (!TABLE.allowed.some(([first, last]) => first <= code && code <= last)) return false
  }
  return text.normalize('NFC') === text
}
const folded = text => [...text].map(each => TABLE.fold[each] ?? each).join('').normalize('NFC')

function encode (value) {
  if (Array.isArray(value)) return '[' + value.map(encode).join(',') + ']'
  if (value !== null && typeof value === 'object') {
    return '{' + Object.keys(value).sort().map(key => JSON.stringify(key) + ':' + encode(value[key])).join(',') + '}'
  }
  return JSON.stringify(value)
}
const canonical = value => Buffer.from(encode(value))

function inSubset (value) {
  if (Array.isArray(value)) return value.every(inSubset)
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).every(([key, item]) => /^[\x00-\x7f]*$/.test(key) && inSubset(item))
  }
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
  return typeof value !== 'string' || value.isWellFormed()
}
function plainText (value) {
  if (typeof value === 'string') return allowedText(value)
  if (Array.isArray(value)) return value.every(plainText)
  if (value !== null && typeof value === 'object') return Object.entries(value).flat().every(plainText)
  return typeof value !== 'boolean'
}
function depth (raw) {
  let deepest = 0; let now = 0
  for (const [mark] of raw.toString('latin1').matchAll(/"(?:[^"\\]|\\[^])*"|[[\]{}]/g)) {
    if (mark === '[' || mark === '{') deepest = Math.max(deepest, ++now)
    if (mark === ']' || mark === '}') now--
  }
  return deepest
}
function readCanonical (raw, bytesMax = 48 * 1024) {
  must(raw.length <= bytesMax, 'statement_too_large')
  must(depth(raw) <= 8, 'statement_too_deep')
  let value
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw))
  } catch { no('statement_not_canonical') }
  must(inSubset(value) && canonical(value).equals(raw), 'statement_not_canonical')
  must(plainText(value), 'statement_text')
  return value
}

const matches = pattern => value => typeof value === 'string' && new RegExp(`^(?:${pattern})$`).test(value)
const integer = (least, most) => value => Number.isSafeInteger(value) && least <= value && value <= most
const oneOf = (...words) => value => words.includes(value)
const nullable = kind => value => value === null || kind(value)
const list = (kind, least, most) => value =>
  Array.isArray(value) && least <= value.length && value.length <= most && value.every(kind)
const set = (kind, least, most) => value => list(kind, least, most)(value) && new Set(value).size === value.length
const record = fields => value => value !== null && typeof value === 'object' && !Array.isArray(value) &&
  encode(Object.keys(value).sort()) === encode(Object.keys(fields).sort()) &&
  Object.entries(fields).every(([key, kind]) => kind(value[key]))

const origin = matches('[A-Za-z0-9][A-Za-z0-9._/-]{0,199}')
const id = matches('[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}')
const digestForm = matches('sha256:[0-9a-f]{64}')
const hex32 = matches('[0-9a-f]{64}')
const code = matches('[a-z][a-z0-9_]{0,63}')
const recipientForm = matches('age1[02-9ac-hj-np-z]{58}')
const PARTS = ['technical', 'price']
const part = oneOf(...PARTS)
const index = integer(1, 15)
const size = integer(0, Number.MAX_SAFE_INTEGER)
const instant = value => {
  if (!matches('[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z')(value)) return false
  const read = new Date(value)
  return !isNaN(read) && read.toISOString() === value
}
const envelope = record({ part, ciphertext: digestForm, size, recipient: recipientForm, commitments: list(hex32, 2, 15), boxes: list(digestForm, 2, 15), inner: digestForm })
const released = value => record({ context: digestForm, share: hex32 })(value) || record({ context: digestForm, refused: code })(value)
const place = { tender: id, lot: id }
const key = { tender: id, part, index, recipient: recipientForm }
const TYPES = {
  holder: { ...key, made_at: instant },
  committee: { tender: id, threshold: integer(2, 15), holders: set(digestForm, 2, 30) },
  possession: { ...key, checkpoint: digestForm },
  inner: { ...place, part, bidder: id, recipient: recipientForm, files: set(digestForm, 1, 500) },
  context: { ...place, part, bidder: id, committee: digestForm, threshold: integer(2, 15), holders: set(digestForm, 2, 15), recipient: recipientForm, commitments: list(hex32, 2, 15), ciphertext: digestForm, size, inner: digestForm },
  share: { context: digestForm, index, share: hex32 },
  bid: { ...place, bidder: id, seq: integer(1, 50), prev: nullable(digestForm), notice: digestForm, committee: digestForm, client: digestForm, signers: set(digestForm, 1, 16), envelopes: list(envelope, 1, 2) },
  withdrawal: { ...place, bidder: id, seq: integer(2, 50), prev: digestForm },
  receipt: { ...place, bidder: id, event: oneOf('bid', 'replacement', 'withdrawal'), act: digestForm, signature: digestForm, token: nullable(digestForm), prev: nullable(digestForm), accepted_at: instant, checkpoint: digestForm, blind: hex32 },
  head: { tender: id, size, root: digestForm, blind: hex32 },
  closing: { tender: id, size, root: digestForm, closed_at: instant },
  release: { ...place, part, index, closing: digestForm, checkpoint: digestForm, released_at: instant, shares: list(released, 1, 1e4) },
  destruction: { ...key, destroyed_at: instant }
}
function readStatement (raw, type, expected = {}) {
  const value = readCanonical(raw)
  must(value !== null && typeof value === 'object' && value.type === `sunlit/${type}/v1`, 'statement_type')
  const fields = { type: () => true, origin, ...TYPES[type] }
  must(encode(Object.keys(value).sort()) === encode(Object.keys(fields).sort()), 'statement_keys')
  for (const name in fields) must(fields[name](value[name]), 'statement_value')
  for (const name in expected) must(value[name] === expected[name], 'statement_mismatch')
  return value
}
const statement = (type, values) => canonical({ type: `sunlit/${type}/v1`, ...values })

// --- section 2: the group, recipients ----------------------------------------------------------

const P = 2n ** 255n - 19n
const Q = 2n ** 252n + 27742317777372353535851937790883648493n
const mod = (value, by = P) => ((value % by) + by) % by
function power (base, exponent, by = P) {
  let result = 1n
  for (base = mod(base, by); exponent; exponent >>= 1n, base = base * base % by) if (exponent & 1n) result = result * base % by
  return result
}
const inverse = (value, by = P) => power(value, by - 2n, by)
const D = mod(-121665n * inverse(121666n))
const ZERO = [0n, 1n]
function add ([x1, y1], [x2, y2]) {
  const k = D * x1 % P * x2 % P * y1 % P * y2 % P
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + k)), mod((y1 * y2 + x1 * x2) * inverse(mod(1n - k)))]
}
function times (scalar, point) {
  let result = ZERO
  for (; scalar; scalar >>= 1n, point = add(point, point)) if (scalar & 1n) result = add(result, point)
  return result
}
const same = (one, other) => one[0] === other[0] && one[1] === other[1]
const BASE = [15112221349535400772501151409588531511454012693041857206046113283949847762202n, 46316835694926478169428394003475163141307993866256225615783033603165251855960n]
const pointBytes = ([x, y]) => bytes32(y | (x & 1n) << 255n)

function decodePoint (text) {
  const raw = number(hex(text)); const y = raw & (2n ** 255n - 1n); const sign = raw >> 255n
  must(y < P && !((y === 1n || y === P - 1n) && sign), 'point_not_canonical')
  const square = mod((y * y - 1n) * inverse(D * y % P * y % P + 1n))
  let x = power(square, (P + 3n) / 8n)
  if (mod(x * x - square)) x = x * power(2n, (P - 1n) / 4n) % P
  must(!mod(x * x - square), 'point_not_on_curve')
  return [(x & 1n) === sign ? x : mod(-x), y]
}
function readPoint (text) {
  const point = decodePoint(text)
  must(!same(times(8n, point), ZERO), 'point_small_order')
  must(same(times(Q, point), ZERO), 'point_torsion')
  return point
}
const montgomery = ([, y]) => bytes32(mod((1n + y) * inverse(mod(1n - y))))

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
function checksum (prefix, words) {
  const values = [...prefix].map(c => c.charCodeAt(0) >> 5).concat(0, [...prefix].map(c => c.charCodeAt(0) & 31), words, Array(6).fill(0))
  let value = 1
  for (const word of values) {
    const top = value >>> 25
    value = ((value & 0x1ffffff) << 5) ^ word
    const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
    generators.forEach((each, at) => { if (top >> at & 1) value ^= each })
  }
  value ^= 1
  return [0, 1, 2, 3, 4, 5].map(at => value >>> 5 * (5 - at) & 31)
}
function bech32 (prefix, raw) {
  const bits = [...raw].map(each => each.toString(2).padStart(8, '0')).join('')
  const words = bits.match(/.{1,5}/g).map(each => parseInt(each.padEnd(5, '0'), 2))
  return prefix + '1' + words.concat(checksum(prefix, words)).map(each => LETTERS[each]).join('')
}
function unbech32 (prefix, text) {
  const body = text.slice(prefix.length + 1)
  if (!text.startsWith(prefix + '1') || body.length !== 58 || [...body].some(c => !LETTERS.includes(c))) return null
  const words = [...body].slice(0, 52).map(c => LETTERS.indexOf(c))
  const bits = words.map(each => each.toString(2).padStart(5, '0')).join('')
  const raw = Buffer.from(bits.slice(0, 256).match(/.{8}/g).map(each => parseInt(each, 2)))
  return bech32(prefix, raw) === text ? raw : null
}
const SMALL = [0n, 1n, P - 1n, 325606250916557431795983626356110631294008115727848805560023387167927233504n, 39382357235489614581723060781553021112529911719440698176882885853963445705823n]
function readRecipient (text) {
  const raw = unbech32('age', text) ?? no('recipient_encoding')
  must(number(raw) < P, 'recipient_not_reduced')
  must(!SMALL.includes(number(raw)), 'recipient_small_order')
  return raw
}
const readIdentity = text =>
  (text === text.toUpperCase() && unbech32('age-secret-key-', text.toLowerCase())) || no('identity_encoding')
const writeIdentity = raw => bech32('age-secret-key-', raw).toUpperCase()

// --- section 4: age ----------------------------------------------------------------------------

const privateKey = raw => crypto.createPrivateKey({ key: Buffer.concat([hex('302e020100300506032b656e04220420'), raw]), format: 'der', type: 'pkcs8' })
const publicKey = raw => crypto.createPublicKey({ key: Buffer.concat([hex('302a300506032b656e032100'), raw]), format: 'der', type: 'spki' })
const publicOf = raw => crypto.createPublicKey(privateKey(raw)).export({ format: 'der', type: 'spki' }).subarray(12)
const recipientOf = raw => bech32('age', publicOf(raw))
const hkdf = (input, salt, info) => Buffer.from(crypto.hkdfSync('sha256', input, salt, info, 32))
function open (key_, nonce, sealed) {
  try {
    const cipher = crypto.createDecipheriv('chacha20-poly1305', key_, nonce, { authTagLength: 16 })
    cipher.setAuthTag(sealed.subarray(sealed.length - 16))
    return Buffer.concat([cipher.update(sealed.subarray(0, sealed.length - 16)), cipher.final()])
  } catch { return null }
}
function readHeader (raw) {
  const found = /^age-encryption\.org\/v1\n-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n$/.exec(raw.subarray(0, 168).toString('latin1'))
  must(found, 'header_shape')
  const [share, body, mac] = found.slice(1).map(text => {
    const value = Buffer.from(text, 'base64')
    must(value.toString('base64').replace('=', '') === text, 'header_base64')
    return value
  })
  must(number(share) < P && !SMALL.includes(number(share)), 'header_ephemeral')
  return { share, body, mac }
}
function decrypt (file, identity) {
  must(file.length >= 168, 'ciphertext_cut')
  const { share, body, mac } = readHeader(file)
  const shared = crypto.diffieHellman({ privateKey: privateKey(identity), publicKey: publicKey(share) })
  const wrap = hkdf(shared, Buffer.concat([share, publicOf(identity)]), 'age-encryption.org/v1/X25519')
  const fileKey = open(wrap, Buffer.alloc(12), body) ?? no('header_not_for_identity')
  const upTo = file.subarray(0, 168 - 45)
  must(crypto.createHmac('sha256', hkdf(fileKey, '', 'header')).update(upTo).digest().equals(mac), 'header_mac')
  must(file.length >= 184, 'ciphertext_cut')
  const streamKey = hkdf(fileKey, file.subarray(168, 184), 'payload')
  const chunks = []
  for (let at = 184, count = 0; ; at += 65552, count++) {
    const last = at + 65552 >= file.length
    const nonce = Buffer.alloc(12)
    nonce.writeUInt32BE(count, 7); nonce[11] = last ? 1 : 0
    const chunk = file.subarray(at, at + 65552)
    const plain = chunk.length >= 16 ? open(streamKey, nonce, chunk) : null
    must(plain && (plain.length || !count || !last), 'ciphertext_damaged')
    chunks.push(plain)
    if (last) return Buffer.concat(chunks)
  }
}
const ageSize = plain => 184 + plain + 16 * Math.max(1, Math.ceil(plain / 65536))

// --- section 7: shares -------------------------------------------------------------------------

const scalar = text => number(hex(text))
function checkCommitments ({ commitments, threshold, recipient }) {
  must(commitments.length === threshold, 'commitments_count')
  const points = commitments.map(readPoint)
  const u = readRecipient(recipient)
  must(montgomery(points[0]).equals(u), 'recipient_not_committed')
}
function shareValid ({ share, index, commitments }) {
  if (scalar(share) >= Q || index < 1) return false
  let expected = ZERO
  for (const each of [...commitments].reverse()) expected = add(times(BigInt(index), expected), decodePoint(each))
  return same(times(scalar(share), BASE), expected)
}
function recover (shares, recipient) {
  let secret = 0n
  const at = Object.keys(shares).map(BigInt)
  for (const i of at) {
    let part = scalar(shares[i])
    for (const j of at) if (i !== j) part = part * j % Q * inverse(mod(j - i, Q), Q) % Q
    secret = (secret + part) % Q
  }
  for (const v of [secret, mod(-secret, Q)]) {
    for (let x = v; x < 2n ** 255n; x += Q) {
      if (x >= 2n ** 254n && x % 8n === 0n && recipientOf(bytes32(x)) === recipient) return bytes32(x)
    }
  }
  return no('secret_cannot_open')
}
function deal ({ identity, threshold, holders, random }) {
  const source = bytesOf(random)
  const f = [number(readIdentity(identity)) % Q]
  for (let at = 0; f.length < threshold; at += 64) f.push(number(source.subarray(at, at + 64)) % Q)
  const shares = []
  for (let i = 1n; i <= BigInt(holders); i++) {
    shares.push(bytes32(f.reduceRight((sum, each) => (sum * i + each) % Q, 0n)).toString('hex'))
  }
  return { commitments: f.map(each => pointBytes(times(each, BASE)).toString('hex')), shares }
}

// --- section 6: the read-out --------------------------------------------------------------------

function readOut (raw, currency) {
  let value
  try { value = readCanonical(raw, 4 * 1024) } catch (problem) {
    if (problem instanceof Refused) no('readout_malformed')
    throw problem
  }
  const places = ['JPY', 'KRW', 'VND'].includes(currency) ? '' : '\\.[0-9]{2}'
  const right = record({
    type: oneOf('sunlit/readout/v1'),
    price: price => matches(`(0|[1-9][0-9]{0,15})${places}`)(price) && /[1-9]/.test(price),
    currency: oneOf(currency),
    delivery: text => typeof text === 'string' && [...text].length <= 300
  })
  must(right(value), 'readout_malformed')
  return value
}

// --- section 6: payload ------------------------------------------------------------------------

const FLOOR = { technical: 1 << 20, price: 1 << 16 }
const BODY_MAX = 12 + 49152 + 65536 + 524288 + 2 ** 31
function payloadSize (part, body) {
  const s = BigInt(8 + body)
  const E = BigInt(s.toString(2).length - 1)
  const S = BigInt(E.toString(2).length)
  const m = E > S ? 2n ** (E - S) - 1n : 0n
  return Math.max(FLOOR[part], Number((s + m) / (m + 1n) * (m + 1n)))
}
function checkPayloadSize (part, bytes) {
  const fits = bytes === payloadSize(part, Math.max(0, bytes - 8)) && bytes <= payloadSize(part, BODY_MAX)
  must(fits, 'payload_size')
}
function checkFiles (files) {
  must(files.length >= 1 && files.length <= 500, 'files_count')
  must(files.reduce((sum, each) => sum + each.size, 0) <= 2 ** 31, 'files_size')
  for (const { name } of files) {
    must(name && Buffer.byteLength(name) <= 180, 'file_name_length')
    must(allowedText(name), 'file_name_text')
    must(!/[/\\:]/.test(name) && name !== '.' && name !== '..', 'file_name_path')
  }
  must(new Set(files.map(each => folded(each.name))).size === files.length, 'file_names_alike')
}
const nameForm = value => typeof value === 'string' && value && Buffer.byteLength(value) <= 180
function readOpenings (raw) {
  const value = readCanonical(raw, 512 * 1024)
  const form = list(record({ salt: hex32, name: nameForm, size, digest: digestForm }), 1, 500)
  must(form(value), 'openings_value')
  checkFiles(value)
  return value
}
const commit = ({ salt, digest: of, name, size }) => digest(Buffer.concat([hex(salt), canonical({ digest: of, name, size })]))
function readPayload (raw, part) {
  let at = 0
  const take = count => {
    must(at + count <= raw.length, 'payload_cut')
    at += count
    return raw.subarray(at - count, at)
  }
  const length = take(8).readBigUInt64BE()
  must(length <= BigInt(BODY_MAX), 'payload_length')
  const field = most => {
    const count = take(4).readUInt32BE()
    must(count <= most, 'payload_field_size')
    return take(count)
  }
  const inner = field(49152); const cms = field(65536); const openings = readOpenings(field(524288))
  const end = at + openings.reduce((sum, each) => sum + each.size, 0)
  must(BigInt(end - 8) === length, 'payload_length')
  const said = readStatement(inner, 'inner')
  must(encode(said.files) === encode(openings.map(commit)), 'file_commitment')
  const files = {}
  for (const each of openings) {
    files[each.name] = digest(take(each.size))
    must(files[each.name] === each.digest, 'file_digest')
  }
  const zeros = take(payloadSize(part, Number(length)) - at)
  must(at === raw.length && zeros.every(each => each === 0), 'payload_padding')
  return { inner, said, cms, files }
}

// --- sections 5, 8, 9, 12, 13 ------------------------------------------------------------------

function verifier (table) {
  return ({ statement, cms }, stale = false) => {
    const found = table.find(each => each.statement === digest(statement) && each.cms === digest(cms))
    must(found && (found.passed || (stale && found.stale)), 'signature_not_valid')
    return found
  }
}
const signed = written => ({ statement: bytesOf(written.statement), cms: bytesOf(written.cms) })
function readCommittee (given) {
  const verify = verifier(given.judgements)
  const expected = { origin: given.origin, tender: given.tender }
  const own = signed(given.committee); const all = given.holders.map(signed)
  const said = readStatement(own.statement, 'committee', expected)
  const officer = verify(own)
  const holders = all.map(each => {
    const read = readStatement(each.statement, 'holder', expected)
    const u = readRecipient(read.recipient)
    return { ...read, u: u.toString('hex'), digest: digest(each.statement), ...verify(each), of: read }
  })
  must(encode(holders.map(each => each.digest)) === encode(said.holders), 'committee_holders_differ')
  const parts = PARTS.filter(part => holders.some(each => each.of.part === part))
  const n = Math.floor(holders.length / parts.length)
  const places = parts.flatMap(part => [...Array(n).keys()].map(at => `${part} ${at + 1}`))
  must(encode(holders.map(each => `${each.of.part} ${each.of.index}`)) === encode(places), 'committee_indices')
  const byIndex = [...Array(n).keys()].map(at => holders.filter(each => each.of.index === at + 1))
  must(byIndex.every(each => new Set(each.map(one => one.certificate)).size === 1), 'committee_certificates')
  must(said.threshold <= n && n <= 15, 'committee_threshold')
  must(new Set(byIndex.map(each => each[0].certificate)).size === n, 'committee_certificates')
  must(new Set(byIndex.map(each => each[0].person)).size === n, 'committee_persons')
  must(new Set(holders.map(each => each.u)).size === holders.length, 'committee_keys')
  const buyer = given.buyer ?? officer.organization
  must(buyer !== null, 'committee_buyer_unknown')
  must(byIndex.some(each => each[0].organization !== null && each[0].organization !== buyer), 'committee_outsider')
  return { ...expected, digest: digest(own.statement), threshold: said.threshold, parts, n, holders }
}
const holdersOf = (committee, part) => committee.holders.filter(each => each.of.part === part)
function contextOf (committee, lot, bidder, { boxes: _, ...envelope }) {
  return digest(statement('context', {
    origin: committee.origin, tender: committee.tender, lot, bidder, ...envelope,
    committee: committee.digest, threshold: committee.threshold,
    holders: holdersOf(committee, envelope.part).map(each => each.digest)
  }))
}
const Z = '0'.repeat(64)
function checkBox (box, origin, index) {
  const length = statement('share', { origin, context: `sha256:${Z}`, index, share: Z }).length
  must(box.length === ageSize(length), 'box_size')
  readHeader(box)
}
function openBox ({ box, identity, origin, context, index, commitments }) {
  const raw = bytesOf(box)
  checkBox(raw, origin, index)
  const said = readStatement(decrypt(raw, readIdentity(identity)), 'share', { origin })
  must(said.context === context, 'box_context')
  must(said.index === index, 'box_index')
  must(scalar(said.share) < Q, 'share_not_reduced')
  must(shareValid({ share: said.share, index, commitments }), 'share_not_committed')
  return said.share
}
function readAct (raw, kind, expected) {
  const said = readStatement(raw, kind, expected)
  if (kind === 'bid') must((said.prev === null) === (said.seq === 1), 'act_prev')
  return { ...said, kind, digest: digest(raw) }
}
function checkPlace (act, previous) {
  must(previous.length < 50, 'acts_too_many')
  must(act.seq === previous.length + 1, 'act_seq')
  must(act.prev === (previous.at(-1)?.digest ?? null), 'act_prev')
}
function checkSigner (act, found, previous) {
  const last = previous.filter(each => each.kind === 'bid').at(-1)
  must(found.organization === act.bidder || last?.signers.includes(found.certificate), 'signer_not_of_bidder')
}
const previousOf = given => given.previous.map(each => readAct(bytesOf(each.act), each.kind))
function examineBid (given) {
  const committee = readCommittee(given.committee); const own = signed(given.act)
  const act = readAct(own.statement, 'bid', {
    origin: committee.origin, tender: committee.tender, lot: given.lot, bidder: given.bidder, notice: given.notice, committee: committee.digest
  })
  const previous = previousOf(given)
  checkPlace(act, previous)
  checkEnvelopes(act.envelopes, committee)
  for (const each of act.envelopes) {
    checkEnvelope(each, committee)
    const head = given.ciphertexts[each.ciphertext] ?? no('ciphertext_missing')
    must(head.size === each.size, 'ciphertext_size')
    readHeader(bytesOf(head.header))
    const boxes = (given.boxes[each.part] ?? []).map(bytesOf)
    must(encode(boxes.map(digest)) === encode(each.boxes), 'boxes_differ')
    boxes.forEach((box, at) => checkBox(box, committee.origin, at + 1))
  }
  checkSigner(act, verifier(given.judgements)(own, true), previous)
  const contexts = Object.fromEntries(act.envelopes.map(each => [each.part, contextOf(committee, given.lot, given.bidder, each)]))
  return { act: act.digest, contexts }
}
function checkEnvelopes (envelopes, committee) {
  must(encode(envelopes.map(each => each.part)) === encode(committee.parts), 'envelopes_parts')
  must(new Set(envelopes.map(each => each.recipient)).size === envelopes.length, 'identity_reused')
}
function checkEnvelope (each, committee) {
  checkCommitments({ ...each, threshold: committee.threshold })
  must(!committee.holders.some(holder => holder.of.recipient === each.recipient), 'identity_reused')
  must(each.boxes.length === committee.n, 'boxes_count')
  const body = each.size - 184
  const plain = body - 16 * Math.max(1, Math.ceil(body / 65552))
  must(plain >= 0 && ageSize(plain) === each.size, 'ciphertext_size')
  checkPayloadSize(each.part, plain)
}
function examineWithdrawal (given) {
  const own = signed(given.act)
  const { origin, tender, lot, bidder } = given
  const act = readAct(own.statement, 'withdrawal', { origin, tender, lot, bidder })
  const previous = previousOf(given)
  checkPlace(act, previous)
  must(previous.at(-1).kind !== 'withdrawal', 'nothing_to_withdraw')
  checkSigner(act, verifier(given.judgements)(own, true), previous)
  return { act: act.digest }
}
function follow (acts) {
  const seen = new Set(); let last = null
  for (const act of acts) {
    must(!seen.has(act.seq), 'chain_fork')
    seen.add(act.seq)
    must(act.seq === seen.size && act.prev === (last?.digest ?? null), 'chain_gap')
    last = act
  }
  return last?.kind === 'bid' ? last : null
}
const leafHash = raw => sha256(Buffer.concat([Buffer.from([0]), raw]))
const nodeHash = (left, right) => sha256(Buffer.concat([Buffer.from([1]), left, right]))
const split = count => { let at = 1; while (at * 2 < count) at *= 2; return at }
function treeRoot (hashes) {
  if (hashes.length < 2) return hashes[0] ?? sha256(Buffer.alloc(0))
  const at = split(hashes.length)
  return nodeHash(treeRoot(hashes.slice(0, at)), treeRoot(hashes.slice(at)))
}
function proved (leaf, index, size, proof) {
  if (size === 1) return proof.length ? null : leaf
  if (!proof.length) return null
  const at = split(size); const rest = proof.slice(0, -1); const last = proof.at(-1)
  const inner = index < at ? proved(leaf, index, at, rest) : proved(leaf, index - at, size - at, rest)
  return inner && (index < at ? nodeHash(inner, last) : nodeHash(last, inner))
}
function included ({ leaf, index, size, proof, root }) {
  const found = index < size && proved(leafHash(bytesOf(leaf)), index, size, proof.map(hex))
  return Boolean(found) && `sha256:${found.toString('hex')}` === root
}
function liveOf (written) {
  const act = readAct(bytesOf(written.act), 'bid')
  return { act, context: written.context, envelope: act.envelopes.find(each => each.part === written.part) }
}
function readRelease (given) {
  const committee = readCommittee(given.committee)
  const { origin, tender } = committee; const { lot, part } = given
  const said = readStatement(bytesOf(given.release), 'release', { origin, tender, lot, part })
  must(said.index <= committee.n, 'release_index')
  const live = given.live.map(liveOf)
  must(encode(said.shares.map(each => each.context)) === encode(live.map(each => each.context)), 'release_envelopes')
  const pairs = name => Object.fromEntries(said.shares.filter(each => name in each).map(each => [each.context, each[name]]))
  const shares = pairs('share')
  const wrong = live.filter(each => each.context in shares &&
    !shareValid({ share: shares[each.context], index: said.index, commitments: each.envelope.commitments }))
  return { shares, refused: pairs('refused'), wrong: wrong.map(each => each.context) }
}
function recoverFromReleases ({ live, releases, closing, threshold }) {
  const { envelope } = liveOf(live)
  const counted = releases.filter(each => each.closing === closing)
  must(new Set(counted.map(each => each.index)).size >= threshold, 'shares_missing')
  const valid = counted.filter(each => shareValid({ ...each, commitments: envelope.commitments }))
  const shares = Object.fromEntries(valid.map(each => [each.index, each.share]))
  must(Object.keys(shares).length >= threshold, 'shares_missing')
  return writeIdentity(recover(Object.fromEntries(Object.entries(shares).slice(0, threshold)), envelope.recipient))
}
function openEnvelope (given) {
  const committee = readCommittee(given.committee)
  const { act, envelope } = liveOf(given.live)
  const identity = readIdentity(given.identity)
  must(recipientOf(identity) === envelope.recipient, 'identity_differs')
  const raw = bytesOf(given.ciphertext)
  must(digest(raw) === envelope.ciphertext && raw.length === envelope.size, 'ciphertext_differs')
  const read = readPayload(decrypt(raw, identity), envelope.part)
  must(digest(read.inner) === envelope.inner, 'inner_differs')
  const here = { origin: committee.origin, tender: committee.tender, lot: act.lot, part: envelope.part, bidder: act.bidder, recipient: envelope.recipient }
  for (const name in here) must(read.said[name] === here[name], 'inner_of_another')
  const found = verifier(given.judgements)({ statement: read.inner, cms: read.cms }, true)
  must(found.organization === act.bidder, 'signer_not_of_bidder')
  return read.files
}

// --- section 11 --------------------------------------------------------------------------------

function codeOf (check) {
  try { check(); return null } catch (problem) {
    if (problem instanceof Refused) return problem.message
    throw problem
  }
}
function workRelease (given) {
  const { terms, lot, part } = given
  const committee = readCommittee(terms.committee); const { origin, tender } = committee
  must(given.now >= terms.closes_at, 'before_closing')
  must(Date.parse(given.now) >= Date.parse(terms.closes_at) + 60000 * terms.objection_minutes, 'objection_time_runs')
  const closingRaw = bytesOf(given.closing)
  const closing = readStatement(closingRaw, 'closing', { origin, tender })
  must([null, undefined, digest(closingRaw)].includes(terms.closing_known), 'closing_differs')
  must(closing.closed_at >= terms.closes_at, 'closed_early')
  must(terms.anchored.includes(digest(closingRaw)), 'not_anchored')
  const raw = given.leaves.map(bytesOf)
  must(raw.length === closing.size, 'tree_size')
  must(`sha256:${treeRoot(raw.map(leafHash)).toString('hex')}` === closing.root, 'tree_root')
  const leaves = raw.map(each => {
    const leaf = readStatement(each, 'receipt', { origin, tender })
    must(leaf.accepted_at < terms.closes_at, 'receipt_late')
    return leaf
  })
  for (const each of (terms.objections ?? []).map(bytesOf)) {
    must(raw.some(leaf => leaf.equals(each)) || readStatement(each, 'receipt').lot !== lot, 'objection_receipt_absent')
  }
  const known = new Map(given.acts.map(signed).map(each => [digest(each.statement), each]))
  const acts = leaves.filter(leaf => leaf.lot === lot).map(leaf => {
    const own = known.get(leaf.act) ?? no('act_missing')
    const act = readAct(own.statement, leaf.event === 'withdrawal' ? 'withdrawal' : 'bid')
    const event = act.kind === 'withdrawal' ? 'withdrawal' : act.seq === 1 ? 'bid' : 'replacement'
    const right = ['lot', 'bidder', 'prev', 'origin', 'tender'].every(name => leaf[name] === act[name])
    must(right && leaf.event === event, 'receipt_not_of_act')
    return { ...act, own, leaf }
  })
  for (const act of acts.filter(each => each.kind === 'bid')) {
    must(act.committee === committee.digest, 'act_committee_unknown')
    must(terms.notices.includes(act.notice), 'act_notice_unknown')
  }
  const verify = verifier(given.judgements)
  const live = []
  for (const bidder of new Set(acts.map(each => each.bidder))) {
    const chain = acts.filter(each => each.bidder === bidder)
    let last = null
    if (codeOf(() => { last = follow(chain) }) || !last) continue
    const fault = codeOf(() => {
      chain.forEach((act, at) => {
        const found = verify(act.own, true)
        must(found.signature === act.leaf.signature, 'receipt_not_of_act')
        checkSigner(act, found, chain.slice(0, at))
      })
      checkEnvelopes(last.envelopes, committee)
      last.envelopes.forEach(each => checkEnvelope(each, committee))
    })
    live.push({ act: last, fault, place: acts.indexOf(last) })
  }
  live.sort((one, other) => one.place - other.place)
  must(live.filter(each => !each.fault).length >= terms.bids_min, 'bids_too_few')
  const chosen = live.filter(each => !given.survivors || given.survivors.includes(each.act.bidder))
  must(chosen.length, 'nothing_to_open')
  const listed = holdersOf(committee, part).find(each => each.of.index === given.index)
  must(listed?.of.recipient === recipientOf(readIdentity(given.identity)), 'holder_key_differs')
  const boxes = new Map(given.boxes.map(each => [digest(bytesOf(each)), each]))
  const shares = chosen.map(({ act, fault }) => {
    const envelope = act.envelopes.find(each => each.part === part)
    const context = contextOf(committee, lot, act.bidder, envelope)
    let share = null
    const refused = codeOf(() => {
      if (fault) no(fault)
      const box = boxes.get(envelope.boxes[given.index - 1]) ?? no('box_missing')
      share = openBox({ box, identity: given.identity, origin, context, index: given.index, commitments: envelope.commitments })
    })
    return refused ? { context, refused } : { context, share }
  })
  const { index, checkpoint, released_at } = given
  return statement('release', { origin, tender, lot, part, index, closing: digest(closingRaw), checkpoint, released_at, shares }).toString()
}

// --- the vectors -------------------------------------------------------------------------------

function bytesOf (written) {
  const [[kind, value]] = Object.entries(written)
  return {
    text: () => Buffer.from(value, 'utf8'),
    hex: () => hex(value),
    base64: () => Buffer.from(value, 'base64'),
    blob: () => fs.readFileSync(path.join(FOLDER, 'blobs', `${value}.bin`)),
    zeros: () => Buffer.alloc(value),
    repeat: () => Buffer.concat(Array(value.times).fill(bytesOf(value.of))),
    pieces: () => Buffer.concat(value.map(bytesOf))
  }[kind]()
}
const OPERATIONS = {
  'statement.read': given => { const raw = bytesOf(given.raw); readStatement(raw, given.type, given.expected); return digest(raw) },
  'text.allowed': given => allowedText(String.fromCodePoint(...given.code_points)),
  'text.folded': given => folded(given.text),
  'files.check': given => { checkFiles(given.files); return null },
  'readout.read': given => readOut(bytesOf(given.raw), given.currency),
  'openings.read': given => readOpenings(bytesOf(given.raw)).length,
  'file.commit': given => commit(given.opening),
  'point.read': given => montgomery(readPoint(given.point)).toString('hex'),
  'recipient.read': given => readRecipient(given.recipient).toString('hex'),
  'header.read': given => { const { share, body } = readHeader(bytesOf(given.raw)); return { ephemeral: share.toString('hex'), wrapped_key: body.toString('hex') } },
  'age.decrypt': given => digest(decrypt(bytesOf(given.file), readIdentity(given.identity))),
  'shares.deal': deal,
  'shares.commitments': given => { checkCommitments(given); return null },
  'shares.valid': shareValid,
  'shares.recover': given => writeIdentity(recover(given.shares, given.recipient)),
  'payload.size': given => payloadSize(given.part, given.body),
  'payload.size_allowed': given => { checkPayloadSize(given.part, given.bytes); return null },
  'payload.read': given => { const read = readPayload(bytesOf(given.payload), given.part); return { inner: digest(read.inner), cms: digest(read.cms), files: read.files } },
  'box.check': given => { checkBox(bytesOf(given.box), given.origin, given.index); return null },
  'box.open': openBox,
  'committee.read': given => { const read = readCommittee(given); return { digest: read.digest, fingerprint: read.digest.slice(7).match(/.{4}/g).join(' '), parts: read.parts } },
  'context.of': given => contextOf(readCommittee(given.committee), given.lot, given.bidder, given.envelope),
  'act.examine_bid': examineBid,
  'act.examine_withdrawal': examineWithdrawal,
  'chain.follow': given => follow(given.acts)?.digest ?? null,
  'receipt.note_text': given => { const raw = bytesOf(given.receipt); return `sunlit/receipt/v1\n${readStatement(raw, 'receipt').origin}\n${digest(raw)}\n` },
  'head.sealed': given => { const raw = bytesOf(given.head); readStatement(raw, 'head'); return digest(raw) },
  'tree.root': given => `sha256:${treeRoot(given.leaves.map(each => leafHash(bytesOf(each)))).toString('hex')}`,
  'tree.included': included,
  'work.release': workRelease,
  'release.read': readRelease,
  'identity.recover': recoverFromReleases,
  'envelope.open': openEnvelope
}
function answer (vector) {
  try { return { out: OPERATIONS[vector.op](vector.in) } } catch (problem) {
    if (problem instanceof Refused) return { refused: problem.message }
    throw problem
  }
}

let passed = 0; let failed = 0
for (const file of fs.readdirSync(FOLDER).filter(name => name.endsWith('.json')).sort()) {
  for (const vector of JSON.parse(fs.readFileSync(path.join(FOLDER, file), 'utf8'))) {
    const wanted = 'refused' in vector ? { refused: vector.refused } : { out: vector.out }
    let given
    try { given = answer(vector) } catch (problem) { given = { crashed: String(problem) } }
    if (encode(given) === encode(wanted)) { passed++; continue }
    failed++
    console.log(`${file}: ${vector.name}\n  wanted ${encode(wanted).slice(0, 200)}\n  given  ${encode(given).slice(0, 200)}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
