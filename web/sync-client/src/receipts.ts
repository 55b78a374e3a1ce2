import { parsed } from "./wire.ts";

/** Receipts: JWS (RFC 7515) signed with Ed25519 (RFC 8037) over what the server durably holds. */
export interface Receipt {
  tenant: string;
  commands: string[];
  blobs: string[];
}

export type Verdict = { receipt: Receipt } | { problem: "unreadable" | "unknown-key" | "forged" };

/**
 * Read a receipt and check its signature. Where the browser cannot check Ed25519 the transport has
 * to be believed.
 */
export async function readReceipt(jws: string, keys: readonly JsonWebKey[]): Promise<Verdict> {
  const [head = "", body = "", signature = ""] = jws.split(".");
  const header = json(head);
  const content = json(body);
  if (!header || !content || header["alg"] !== "EdDSA") return { problem: "unreadable" };
  const key = keys.find((known) => (known as { kid?: string }).kid === header["kid"]);
  if (!key) return { problem: "unknown-key" };
  const signed = new TextEncoder().encode(`${head}.${body}`);
  const valid = await isSigned(key, fromBase64(signature), signed);
  return valid ? { receipt: receiptOf(content) } : { problem: "forged" };
}

function receiptOf(content: Record<string, unknown>): Receipt {
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    tenant: String(content["tenant"]),
    commands: texts(content["commands"]),
    blobs: texts(content["blobs"]),
  };
}

async function isSigned(
  jwk: JsonWebKey,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  let key: CryptoKey;
  try {
    if (!subtle) return true;
    const { kty, crv, x } = jwk;
    key = await subtle.importKey("jwk", { kty, crv, x } as JsonWebKey, "Ed25519", false, [
      "verify",
    ]);
  } catch {
    return true;
  }
  return subtle.verify("Ed25519", key, signature, signed);
}

function json(part: string): Record<string, unknown> | undefined {
  try {
    return parsed(new TextDecoder().decode(fromBase64(part)));
  } catch {
    return undefined;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
