import type { SyncClient } from "@truckroll/sync-client";
import { type FormEvent, useState } from "react";
import { useDraft } from "../../app/draft.ts";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { Sheet } from "../../app/Sheet.tsx";
import { useTexts } from "../../texts.ts";

const REASONS = ["part", "access", "break", "safety", "other"] as const;
type Reason = (typeof REASONS)[number];

interface Props {
  client: SyncClient;
  workOrderId: string;
  isOpen: boolean;
  onClose: () => void;
  onPause: (reason: string) => Promise<void>;
}

/** Asks why the work stops: the desk plans by the answer. */
export function PauseSheet({ client, workOrderId, isOpen, onClose, onPause }: Props) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<Reason | null>(null);
  const keeping = useKeeping();
  const [isMissing, setMissing] = useState(false);
  const words = useDraft(client, `pause ${workOrderId}`, "");

  async function submit(event: FormEvent) {
    event.preventDefault();
    const own = words.value.trim();
    if (!chosen || (chosen === "other" && !own)) return setMissing(true);
    const named = chosen === "other" ? "" : t(`work-order.pause.${chosen}`);
    const reason = [named, own].filter(Boolean).join(": ");
    if (!(await keeping.keep(() => onPause(reason)))) return;
    words.clear();
    setChosen(null);
    onClose();
  }

  return (
    <Sheet title={t("work-order.pause.title")} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Reasons chosen={chosen} onChoose={setChosen} />
        <div className="field">
          <label htmlFor="pause-words">{t("work-order.pause.words")}</label>
          <textarea
            id="pause-words"
            dir="auto"
            maxLength={1900}
            value={words.value}
            readOnly={!words.isReady}
            onChange={(event) => words.set(event.target.value)}
          />
        </div>
        <p role="alert" className="fault-line">
          {isMissing && t("work-order.pause.missing")}
        </p>
        <NotKept fault={keeping.fault} />
        <button type="submit" className="button primary tall wide" aria-disabled={keeping.isBusy}>
          {t("work-order.act.pause")}
        </button>
        <button type="button" className="button quiet wide" onClick={onClose}>
          {t("common.cancel")}
        </button>
      </form>
    </Sheet>
  );
}

interface ReasonsProps {
  chosen: Reason | null;
  onChoose: (reason: Reason) => void;
}

function Reasons({ chosen, onChoose }: ReasonsProps) {
  const { t } = useTexts();
  return (
    <fieldset className="stack tight">
      <legend className="visually-hidden">{t("work-order.pause.why")}</legend>
      {REASONS.map((reason) => (
        <label key={reason} className="tick">
          <input
            type="radio"
            name="reason"
            checked={chosen === reason}
            onChange={() => onChoose(reason)}
          />
          {t(`work-order.pause.${reason}`)}
        </label>
      ))}
    </fieldset>
  );
}
