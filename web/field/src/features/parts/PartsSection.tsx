import type { SyncClient } from "@truckroll/sync-client";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { FittedParts } from "./FittedParts.tsx";
import { NeededParts } from "./NeededParts.tsx";
import { needLines, type NeedLine } from "./part-readiness.ts";
import { type Opening, PartSheet } from "./PartSheet.tsx";
import "./parts.css";
import type { PartsSectionProps } from "./props.ts";
import { readCatalogue, type StockedPart } from "./van.ts";

/** The parts of a work order: what it needs, what was fitted, and using one more. */
export function PartsSection(props: PartsSectionProps) {
  const { client, workOrder, isClosed } = props;
  const { parts_needed, parts_fitted } = workOrder.doc;
  const catalogue = useLive(client, "parts", () => readCatalogue(client));
  const unsent = useLive(client, `unsent parts ${workOrder.id}`, () =>
    unsentMoves(client, workOrder.id),
  );
  const [opening, setOpening] = useState<Opening | null>(null);
  const [said, setSaid] = useState("");
  const van = new Map((catalogue?.parts ?? []).map((part) => [part.id, part.onVan]));
  const lines = needLines(parts_needed, parts_fitted, van);

  function open(wanted: Opening) {
    setSaid("");
    setOpening(wanted);
  }
  function use(line: NeedLine) {
    const left = Math.max(line.needed - line.fitted, 0) || line.needed;
    open({ view: "quantity", part: partOf(line), thousandths: left });
  }

  return (
    <div className="stack">
      <NeededParts lines={lines} onUse={isClosed ? undefined : use} />
      <FittedParts parts={parts_fitted} unsent={unsent ?? new Set()} />
      <Result said={said} fitted={parts_fitted} />
      <Ways isClosed={isClosed} isReady={catalogue !== undefined} onOpen={open} />
      {catalogue && (
        <PartSheet
          {...props}
          catalogue={catalogue}
          opening={opening}
          onRecorded={setSaid}
          onClose={() => setOpening(null)}
        />
      )}
    </div>
  );
}

/** What was recorded last, said aloud. */
function Result({ said, fitted }: { said: string; fitted: unknown }) {
  const result = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // A part that is fitted now has no button any more to which the focus could return.
    if (said && document.activeElement === document.body) result.current?.focus();
  }, [said, fitted]);
  return (
    <p ref={result} role="status" tabIndex={-1} className={said ? "parts-said" : "visually-hidden"}>
      {said && <Icon name="check" size={20} />}
      {said}
    </p>
  );
}

interface WaysProps {
  isClosed: boolean;
  isReady: boolean;
  onOpen: (wanted: Opening) => void;
}

/** The two ways to a part: its code, or the list. */
function Ways({ isClosed, isReady, onOpen }: WaysProps) {
  const { t } = useTexts();
  return (
    <div className="parts-actions">
      <button
        type="button"
        className={isClosed ? "button" : "button primary"}
        disabled={!isReady}
        onClick={() => onOpen({ view: "scan" })}
      >
        <Icon name="scan" size={20} />
        {t("parts.scan")}
      </button>
      <button
        type="button"
        className="button"
        disabled={!isReady}
        onClick={() => onOpen({ view: "list" })}
      >
        <Icon name="part" size={20} />
        {t("parts.add")}
      </button>
    </div>
  );
}

function partOf({ need, onVan }: NeedLine): StockedPart {
  return { id: need.part_id, number: need.number, name: need.name, unit: need.unit, onVan };
}

/** The moves that are still on this phone only. */
async function unsentMoves(client: SyncClient, workOrderId: string): Promise<Set<string>> {
  const commands = await client.commandsOf(workOrderId);
  const waiting = commands.filter(
    ({ type, status }) => type === "part.consume" && (status === "queued" || status === "sent"),
  );
  return new Set(waiting.map(({ args }) => String(args.move_id)));
}
