/** Keeping a signature: the picture and the command, in the outbox of this phone. */
import { newId, type SyncClient } from "@truckroll/sync-client";
import { digestOf, storable } from "./canonical.ts";
import { signedDocument, type SignedText } from "./signed-text.ts";
import { sentStrokes } from "./strokes.ts";
import type { Drawn } from "./use-pad.ts";

const LONGEST_NAME = 200;

export interface Signing {
  client: SyncClient;
  text: SignedText;
  signer: string;
  drawn: { picture: Blob; lines: Drawn } | null;
  /** Of an attempt that failed after the picture was kept. */
  attachmentId: string | null;
}

/** The name as the server keeps it. */
export function signerName(typed: string): string {
  return [...storable(typed).trim()].slice(0, LONGEST_NAME).join("").trim();
}

/** Keep the picture, if there is one and it is not kept yet; returns its id. */
export async function keepPicture(signing: Signing): Promise<string | null> {
  const { client, text, drawn, attachmentId } = signing;
  if (attachmentId !== null || drawn === null) return attachmentId;
  return client.attach({
    entityKind: "work_order",
    entityId: text.work_order_id,
    kind: "signature",
    name: `signature-${text.number}.png`,
    blob: drawn.picture,
    takenAt: new Date(),
  });
}

/** Record that the customer has signed exactly this text. */
export async function signOff({ client, text, signer, drawn, attachmentId }: Signing) {
  const document = signedDocument(text, signer);
  const picture = attachmentId === null ? {} : { attachment_id: attachmentId };
  const lines = drawn ? { strokes: sentStrokes(drawn.lines.strokes, drawn.lines.size) } : {};
  await client.record({
    type: "work_order.sign_off",
    entityId: text.work_order_id,
    args: {
      id: newId(),
      signer_name: signer,
      document,
      digest: await digestOf(document),
      ...picture,
      ...lines,
    },
  });
}
