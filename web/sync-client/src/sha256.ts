/** SHA-256 in hexadecimal, also where the browser offers no WebCrypto (a page without TLS). */
export async function sha256(data: ArrayBuffer): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  const digest = subtle
    ? new Uint8Array(await subtle.digest("SHA-256", data))
    : digestOf(new Uint8Array(data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** FIPS 180-4 §6.2. */
export function digestOf(data: Uint8Array): Uint8Array {
  const { primes, start } = constants();
  const padded = pad(data);
  const state = Uint32Array.from(start);
  const schedule = new Uint32Array(64);
  for (let block = 0; block < padded.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = padded.getUint32(block + 4 * i);
    for (let i = 16; i < 64; i++) schedule[i] = extended(schedule, i);
    compress(state, schedule, primes);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setUint32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

function pad(data: Uint8Array): DataView {
  const padded = new Uint8Array(((data.length + 72) >> 6) << 6);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(data.length) * 8n);
  return view;
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const at = (words: Uint32Array, i: number): number => words[i] ?? 0;

function extended(w: Uint32Array, i: number): number {
  const [early, late] = [at(w, i - 15), at(w, i - 2)];
  const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
  const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
  return (at(w, i - 16) + small + at(w, i - 7) + large) | 0;
}

function compress(state: Uint32Array, schedule: Uint32Array, primes: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = [...state] as Eight;
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const ones = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + ones + choice + at(primes, i) + at(schedule, i)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (at(state, i) + word) | 0));
}

type Eight = [number, number, number, number, number, number, number, number];

/** The first bits of the fractional parts of roots of the first primes. */
function constants(): { primes: Uint32Array; start: Uint32Array } {
  const found: number[] = [];
  for (let n = 2; found.length < 64; n++) if (found.every((p) => n % p)) found.push(n);
  const bits = (root: number): number => ((root % 1) * 2 ** 32) | 0;
  return {
    primes: Uint32Array.from(found, (p) => bits(Math.cbrt(p))),
    start: Uint32Array.from(found.slice(0, 8), (p) => bits(Math.sqrt(p))),
  };
}
