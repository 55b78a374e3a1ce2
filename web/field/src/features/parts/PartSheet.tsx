import { type ReactNode, useEffect, useRef, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { Sheet } from "../../app/Sheet.tsx";
import { useTexts } from "../../texts.ts";
import { holdReload } from "../pwa/unsaved.ts";
import { PartList } from "./PartList.tsx";
import type { PartsSectionProps } from "./props.ts";
import { QuantityForm } from "./QuantityForm.tsx";
import { Scan } from "./Scan.tsx";
import type { Catalogue, StockedPart } from "./van.ts";

/** Where using a part begins: in the list, at the camera, or with the part already known. */
export type Opening =
  | { view: "list"; text?: string }
  | { view: "scan" }
  | { view: "quantity"; part: StockedPart; thousandths: number };

interface Props extends PartsSectionProps {
  catalogue: Catalogue;
  opening: Opening | null;
  onRecorded: (said: string) => void;
  onClose: () => void;
}

/** Choose a part, say how much of it, book it. */
export function PartSheet({ opening, ...props }: Props) {
  const { t } = useTexts();
  const [step, setStep] = useState<Opening | null>(opening);
  useEffect(() => setStep(opening), [opening]);
  const isOpen = opening !== null && step !== null;
  const isCounting = isOpen && step.view === "quantity";
  useEffect(() => (isCounting ? holdReload("part") : undefined), [isCounting]);

  return (
    <Sheet
      title={t(step ? TITLES[step.view] : "parts.picker")}
      isOpen={isOpen}
      onClose={props.onClose}
    >
      <button
        type="button"
        className="parts-close"
        aria-label={t("parts.cancel")}
        onClick={props.onClose}
      >
        <Icon name="close" />
      </button>
      {isOpen && (
        <StepFrame key={step.view} isFirst={step === opening} title={t(TITLES[step.view])}>
          <Step step={step} onStep={setStep} {...props} />
        </StepFrame>
      )}
    </Sheet>
  );
}

const TITLES = {
  list: "parts.picker",
  scan: "scan.title",
  quantity: "parts.quantity",
} as const;

/** The button that led here is gone: the focus goes to what has come instead. */
function StepFrame({ title, isFirst, children }: FrameProps) {
  const frame = useRef<HTMLDivElement>(null);
  const wasFirst = useRef(isFirst);
  useEffect(() => {
    if (!wasFirst.current) frame.current?.focus();
  }, []);
  return (
    <div ref={frame} className="parts-step" role="group" aria-label={title} tabIndex={-1}>
      {children}
    </div>
  );
}

interface FrameProps {
  title: string;
  isFirst: boolean;
  children: ReactNode;
}

type StepProps = Omit<Props, "opening"> & { step: Opening; onStep: (step: Opening) => void };

function Step({ step, onStep, catalogue, ...props }: StepProps) {
  const choose = (part: StockedPart) =>
    onStep({ view: "quantity", part, thousandths: Math.min(1000, part.onVan || 1000) });
  if (step.view === "list")
    return <PartList catalogue={catalogue} text={step.text ?? ""} onChoose={choose} />;
  if (step.view === "scan")
    return (
      <Scan
        parts={catalogue.parts}
        onChoose={choose}
        onSearch={(text) => onStep({ view: "list", text })}
      />
    );
  return (
    <QuantityForm
      key={step.part.id}
      {...props}
      part={step.part}
      thousandths={step.thousandths}
      onOther={() => onStep({ view: "list" })}
    />
  );
}
