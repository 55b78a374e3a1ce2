import type { SyncClient } from "@truckroll/sync-client";
import { describe, expect, it } from "vitest";
import { digestOf, type Json } from "./canonical.ts";
import { keepPicture, signerName, type Signing, signOff } from "./sign.ts";
import type { SignedText } from "./signed-text.ts";

const TEXT: SignedText = {
  ...{ v: 1, language: "en", title: "Confirmation", work_order_id: "w1", number: 7 },
  ...{ sections: [{ heading: "Site", lines: [{ label: "", value: "Hotel Ибис" }] }] },
  ...{ consent: "I confirm", way: "drawn" },
};
const LINES = {
  strokes: [{ points: [{ x: 1, y: 2, time: 3, pressure: 0 }] }],
  size: { width: 300, height: 200 },
};

/** Remembers what it was given, as a phone's outbox would. */
function outbox() {
  const given: { attached: unknown[]; recorded: { type: string; args: Record<string, Json> }[] } = {
    attached: [],
    recorded: [],
  };
  const client = {
    attach: async (file: unknown) => `attachment-${given.attached.push(file)}`,
    record: async (command: never) => `command-${given.recorded.push(command)}`,
  };
  return { given, client: client as unknown as SyncClient };
}

function signing(client: SyncClient, more: Partial<Signing> = {}): Signing {
  const drawn = { picture: new Blob(["png"]), lines: LINES };
  return { client, text: TEXT, signer: "Zoë", drawn, attachmentId: null, ...more };
}

describe("keeping a signature", () => {
  it("records the text with its digest, the picture and the lines", async () => {
    const { given, client } = outbox();
    const attachmentId = await keepPicture(signing(client));

    await signOff(signing(client, { attachmentId }));

    const args = given.recorded[0]?.args ?? {};
    expect(args).toMatchObject({
      signer_name: "Zoë",
      attachment_id: "attachment-1",
      strokes: [{ width: 300, height: 200, points: [1, 2, 0] }],
    });
    expect(args.document).toMatchObject({ ...TEXT, signer_name: "Zoë" });
    expect(args.digest).toBe(await digestOf(args.document ?? null));
  });

  it("with the typed name sends neither picture nor lines", async () => {
    const { given, client } = outbox();
    const typed = signing(client, { text: { ...TEXT, way: "typed" }, drawn: null });

    await signOff({ ...typed, attachmentId: await keepPicture(typed) });

    expect(given.attached).toEqual([]);
    expect(Object.keys(given.recorded[0]?.args ?? {}).sort()).toEqual([
      "digest",
      "document",
      "id",
      "signer_name",
    ]);
  });

  it("keeps the picture once when the first attempt failed behind it", async () => {
    const { given, client } = outbox();

    expect(await keepPicture(signing(client, { attachmentId: "kept" }))).toBe("kept");
    expect(given.attached).toEqual([]);
  });
});

describe("the name of the signer", () => {
  it.each([
    ["  王小明 ", "王小明"],
    ["نورا \u0007الأحمد", "نورا الأحمد"],
    ["👷‍♀️ Zoë", "👷‍♀️ Zoë"],
    [" \n\t ", ""],
  ])("%j is kept as %j", (typed, kept) => {
    expect(signerName(typed)).toBe(kept);
  });

  it("is cut between characters when it is endless", () => {
    expect([...signerName("🙂".repeat(300))]).toHaveLength(200);
  });
});
