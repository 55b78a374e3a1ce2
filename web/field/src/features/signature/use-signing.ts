import type { SyncClient } from "@truckroll/sync-client";
import { useRef, useState } from "react";
import { isFull } from "../photos/take-photos.ts";
import { keepPicture, signerName, signOff } from "./sign.ts";
import type { SignedText } from "./signed-text.ts";
import { isSignature } from "./strokes.ts";
import type { Drawn } from "./use-pad.ts";

export type SignFault = "name-missing" | "empty" | "full" | "failed";

interface Attempt {
  text: SignedText;
  name: string;
  drawn: Drawn | null;
  picture: () => Promise<Blob | null>;
}

/** Checks what is signed and keeps it; says in a word what is missing. */
export function useSigning(client: SyncClient, onKept: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<SignFault | null>(null);
  const kept = useRef<{ of: Drawn | null; id: string } | null>(null);

  async function keep(attempt: Attempt, signer: string): Promise<SignFault | null> {
    const { text, drawn } = attempt;
    const picture = text.way === "drawn" ? await attempt.picture() : null;
    if (text.way === "drawn" && !picture) return "failed";
    const signing = {
      client,
      text,
      signer,
      drawn: picture && drawn ? { picture, lines: drawn } : null,
      // A second press after a failure does not send the same picture twice.
      attachmentId: picture && kept.current?.of === drawn ? kept.current.id : null,
    };
    const attachmentId = await keepPicture(signing);
    if (attachmentId !== null) kept.current = { of: drawn, id: attachmentId };
    await signOff({ ...signing, attachmentId });
    return null;
  }

  async function sign(attempt: Attempt) {
    setBusy(true);
    setFault(null);
    try {
      const signer = signerName(attempt.name);
      const found = missing(attempt, signer) ?? (await keep(attempt, signer));
      setFault(found);
      if (found === null) onKept();
    } catch (error) {
      console.warn("A signature could not be kept", error);
      setFault(isFull(error) ? "full" : "failed");
    } finally {
      setBusy(false);
    }
  }

  return { isBusy, fault, sign };
}

function missing({ text, drawn }: Attempt, signer: string): SignFault | null {
  if (signer === "") return "name-missing";
  return text.way === "drawn" && !isSignature(drawn?.strokes ?? []) ? "empty" : null;
}
