import { type ReactElement, useEffect, useState } from "react";
import { onAnnouncement } from "./announcer.ts";

/** The one place where changes are spoken; equal sentences in a row are spoken again. */
export function Announcer(): ReactElement {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  useEffect(
    () => onAnnouncement((text) => setSaid((before) => ({ text, turn: before.turn + 1 }))),
    [],
  );
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      <span key={said.turn}>{said.text}</span>
    </div>
  );
}
