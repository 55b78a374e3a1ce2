import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { cleanJson, cleanText } from "./clean.ts";
import { newId } from "./ids.ts";
import { isFree } from "./leader.ts";
import { randomly } from "./testing/randomly.ts";
import { digestOf, sha256 } from "./sha256.ts";
import { nextChunk, refusalOf } from "./uploads.ts";
import { WireError } from "./wire.ts";

describe("ids", () => {
  it("are UUIDs of version 7 that sort by time", () => {
    const ids = [1, 2, 3].map((second) => newId(new Date(second * 1000)));
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect([...ids].sort()).toEqual(ids);
    expect(newId(new Date(1_700_000_000_000)).slice(0, 13)).toBe("018bcfe5-6800");
  });

  it("differ", () => {
    const now = new Date();
    expect(new Set(Array.from({ length: 5000 }, () => newId(now))).size).toBe(5000);
  });
});

describe("hashes", () => {
  it("are those of everybody else, also without WebCrypto", async () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
      const data = new Uint8Array(length).map((_, i) => (i * 7 + length) & 255);
      const expected = createHash("sha256").update(data).digest("hex");
      expect(Buffer.from(digestOf(data)).toString("hex")).toBe(expected);
      expect(await sha256(data.buffer)).toBe(expected);
    }
  });
});

describe("texts", () => {
  it("lose what no database takes and nothing else", () => {
    expect(cleanText("a\u0000b")).toBe("ab");
    expect(cleanText("cut \ud83d")).toBe("cut \ufffd");
    expect(cleanText("\udd27 cut")).toBe("\ufffd cut");
    for (const text of ["泵站 Foz", "مرحبا", "🔧👩‍🔧", ""]) expect(cleanText(text)).toBe(text);
  });

  it("are clean inside of arguments, whatever their depth", () => {
    expect(cleanJson({ a: [{ b: "x\u0000" }], c: 1, d: null, e: true })).toEqual({
      a: [{ b: "x" }],
      c: 1,
      d: null,
      e: true,
    });
  });

  it("can always be sent: whatever comes in is valid UTF-16 afterwards", () => {
    randomly(200, (chance) => {
      const text = String.fromCharCode(...Array.from({ length: 12 }, () => chance(0x10000)));
      const clean = cleanText(text);
      expect(new TextDecoder().decode(new TextEncoder().encode(clean))).toBe(
        clean.replace(/^\ufeff/, ""),
      );
      expect(clean).not.toContain("\u0000");
    });
  });
});

describe("the lease of a tab", () => {
  it.each([
    [undefined, true],
    [{ holder: "me", until: 2000 }, true],
    [{ holder: "other", until: 2000 }, false],
    [{ holder: "other", until: 1000 }, true],
    [{ holder: "other", until: 1000 + 3_600_000 }, true],
  ])("%o is free: %s", (lease, free) => {
    expect(isFree(lease, "me", 1000)).toBe(free);
  });
});

describe("uploads", () => {
  it("send small pieces where the line is slow", () => {
    expect(nextChunk(256 * 1024, 300)).toBe(512 * 1024);
    expect(nextChunk(1024 * 1024, 300)).toBe(1024 * 1024);
    expect(nextChunk(1024 * 1024, 5000)).toBe(1024 * 1024);
    expect(nextChunk(1024 * 1024, 15_000)).toBe(256 * 1024);
  });

  it.each([
    [new WireError(422, "image-unreadable"), "image-unreadable"],
    [new WireError(415, "file-type-not-allowed"), "file-type-not-allowed"],
    [new WireError(410, "upload-gone", { reason: "file-type-mismatch" }), "file-type-mismatch"],
    [new WireError(410, "upload-gone", { reason: "expired" }), undefined],
    [new WireError(413, "http-413"), undefined],
    [new WireError(409, "upload-offset-wrong"), undefined],
    [new WireError(503, "uploads-busy"), undefined],
    [new WireError(0, "offline"), undefined],
  ])("%s means the refusal %s", (failure, code) => {
    expect(refusalOf(failure)).toBe(code);
  });
});
