import { beforeAll, describe, expect, it } from "vitest";
import { readReceipt } from "./receipts.ts";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const BODY = { tenant: "t1", commands: ["c1"], blobs: ["ab"], iat: 1 };
let keys: JsonWebKey[];
let sign: (body: unknown, kid?: string) => Promise<string>;

beforeAll(async () => {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
  const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
  keys = [{ ...jwk, kid: "k1" } as JsonWebKey];
  sign = async (body, kid = "k1") => {
    const signed = `${encode({ alg: "EdDSA", kid })}.${encode(body)}`;
    const bytes = await crypto.subtle.sign("Ed25519", pair.privateKey, Buffer.from(signed));
    return `${signed}.${Buffer.from(bytes).toString("base64url")}`;
  };
});

describe("receipts", () => {
  it("say what the server holds", async () => {
    const { tenant, commands, blobs } = BODY;
    const verdict = await readReceipt(await sign(BODY), keys);
    expect(verdict).toEqual({ receipt: { tenant, commands, blobs } });
  });

  it("are forged when another body was signed", async () => {
    const [head, , signature] = (await sign(BODY)).split(".");
    const other = encode({ ...BODY, commands: ["c1", "c2"] });
    expect(await readReceipt(`${head}.${other}.${signature}`, keys)).toEqual({ problem: "forged" });
  });

  it("name a key that has to be fetched first", async () => {
    expect(await readReceipt(await sign(BODY, "k2"), keys)).toEqual({ problem: "unknown-key" });
  });

  it.each(["", "a.b.c", "....", "null.null.null", `${encode({ alg: "none" })}.${encode(BODY)}.`])(
    "cannot be read: %s",
    async (text) => {
      expect(await readReceipt(text, keys)).toEqual({ problem: "unreadable" });
    },
  );
});
