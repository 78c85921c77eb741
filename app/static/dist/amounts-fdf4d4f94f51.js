// Amounts while they are typed, as `kernel.money` and `reports.amounts` have them: exact, never floats.
const DIGITS = "零壹贰叁肆伍陆柒捌玖", PLACES = ["", "拾", "佰", "仟"];
const SCALE = 6, ONE = 10n ** BigInt(SCALE);
const HALF = { "０": "0", "１": "1", "２": "2", "３": "3", "４": "4", "５": "5", "６": "6", "７": "7", "８": "8", "９": "9", "．": ".", "，": ",", "　": " " };

// A decimal with at most six places as an integer of millionths; null for anything else.
export function decimal(text) {
  const plain = [...text.trim()].map((c) => HALF[c] ?? c).join("").replace(/[,\s¥￥]/g, "").replace(/元$/, "");
  const found = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(plain);
  return found ? BigInt(found[1]) * ONE + BigInt((found[2] ?? "").padEnd(SCALE, "0")) : null;
}

// Unit price times quantity, rounded once, half up, to the currency's smallest unit.
export function lineTotal(unit, quantity, places) {
  const down = ONE * ONE / 10n ** BigInt(places);
  return (unit * quantity * 2n + down) / (2n * down);
}

// Minor units as the one spelling that a read-out has: `1168000.00`.
export function plain(minor, places) {
  if (!places) return `${minor}`;
  const text = `${minor}`.padStart(places + 1, "0");
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}

export function shown(minor, currency, places, zh) {
  const [whole, rest] = plain(minor, places).split(".");
  const figure = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
  return zh && currency === "CNY" ? `¥${figure}` : `${currency} ${figure}`;
}

// 正确填写票据和结算凭证的基本规定: the same as `reports.amounts.capitals`. `cents` are above zero.
export function capitals(cents) {
  const yuan = cents / 100n, dime = Number(cents % 100n / 10n), cent = Number(cents % 10n);
  const whole = yuan || !cents ? `${integer(yuan)}元` : "";
  if (!dime && !cent) return `${whole}整`;
  return `${whole}${dime ? `${DIGITS[dime]}角` : yuan ? "零" : ""}${cent ? `${DIGITS[cent]}分` : "整"}`;
}

function integer(number) {
  for (const [unit, name] of [[100000000n, "亿"], [10000n, "万"]]) {
    if (number >= unit) {
      const high = number / unit, low = number % unit;
      return integer(high) + name + (low > 0n && low < unit / 10n ? "零" : "") + (low ? integer(low) : "");
    }
  }
  return group(Number(number));
}

function group(number) {
  if (!number) return DIGITS[0];
  let text = "", gap = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(number / 10 ** place) % 10;
    if (digit) text += (gap && text ? "零" : "") + DIGITS[digit] + PLACES[place];
    gap = digit === 0;
  }
  return text;
}
