import { type FormEvent, useId, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { isFull } from "../photos/take-photos.ts";
import { consumePart } from "./consume.ts";
import type { PartsSectionProps } from "./props.ts";
import { decimalOf, isCounted, parseQuantity, stepped } from "./quantity.ts";
import { quantityText, unitText } from "./quantity-text.ts";
import type { StockedPart } from "./van.ts";

interface Props extends PartsSectionProps {
  part: StockedPart;
  thousandths: number;
  onOther: () => void;
  onRecorded: (said: string) => void;
  onClose: () => void;
}

/** How much of a part was used; more than the van is known to hold is fine, and said. */
export function QuantityForm(props: Props) {
  const { part } = props;
  const { t, locale } = useTexts();
  const [typed, setTyped] = useState(decimalOf(props.thousandths));
  const [isTried, setTried] = useState(false);
  const booking = useBooking(props);
  const parsed = parseQuantity(typed, part.unit);
  const amount = "thousandths" in parsed ? parsed.thousandths : 0;
  const text = quantityText(amount, part.unit, locale, t);
  const fault = isTried && "problem" in parsed ? t(`parts.problem.${parsed.problem}`) : "";

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (amount > 0) void booking.book(amount, text);
  }

  return (
    <form className="stack" noValidate onSubmit={submit}>
      <div className="parts-chosen">
        <div className="grow">
          <bdi className="parts-name">{part.name}</bdi>
          <p className="quiet-text small">
            <bdi className="number">{part.number}</bdi>
            {part.onVan > 0 &&
              ` · ${t("parts.on-van", { quantity: quantityText(part.onVan, part.unit, locale, t) })}`}
          </p>
        </div>
        <button type="button" className="button quiet" onClick={props.onOther}>
          {t("parts.other")}
        </button>
      </div>
      <QuantityField
        unit={part.unit}
        typed={typed}
        amount={amount}
        fault={fault}
        onTyped={setTyped}
      />
      {amount > part.onVan && <BeyondVan part={part} />}
      <p role="alert" className="fault-line">
        {booking.fault && t(`parts.${booking.fault}`)}
      </p>
      <button type="submit" className="button primary wide tall" disabled={booking.isBusy}>
        {booking.isBusy
          ? t("parts.recording")
          : t("parts.record", { quantity: amount > 0 ? text : "" })}
      </button>
    </form>
  );
}

function useBooking({ client, workOrder, part, repairFor, onRecorded, onClose }: Props) {
  const { t } = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<"full" | "record-failed" | null>(null);
  async function book(thousandths: number, text: string) {
    setBusy(true);
    setFault(null);
    try {
      const action = t("parts.fitted-action", { name: part.name });
      await consumePart({
        client,
        workOrderId: workOrder.id,
        part,
        thousandths,
        action,
        repairFor,
      });
      onRecorded(t("parts.recorded", { quantity: text, name: part.name }));
      onClose();
    } catch (error) {
      console.warn("A part could not be booked", error);
      setFault(isFull(error) ? "full" : "record-failed");
      setBusy(false);
    }
  }
  return { isBusy, fault, book };
}

interface FieldProps {
  unit: string;
  typed: string;
  amount: number;
  fault: string;
  onTyped: (typed: string) => void;
}

function QuantityField({ unit, typed, amount, fault, onTyped }: FieldProps) {
  const { t } = useTexts();
  const id = useId();
  const go = (direction: 1 | -1) => onTyped(decimalOf(stepped(amount, direction, unit)));
  return (
    <div className="field">
      <label htmlFor={id}>{t("parts.quantity-unit", { unit: unitText(unit, t) })}</label>
      <div className="parts-stepper">
        <button
          type="button"
          className="button"
          aria-label={t("parts.less")}
          onClick={() => go(-1)}
        >
          <Icon name="minus" />
        </button>
        <input
          id={id}
          type="text"
          inputMode={isCounted(unit) ? "numeric" : "decimal"}
          autoComplete="off"
          className="number"
          value={typed}
          aria-invalid={fault !== ""}
          aria-describedby={`${id}-fault`}
          onChange={(event) => onTyped(event.target.value)}
        />
        <button
          type="button"
          className="button"
          aria-label={t("parts.more-of-it")}
          onClick={() => go(1)}
        >
          <Icon name="plus" />
        </button>
      </div>
      <p id={`${id}-fault`} role="alert" className="fault">
        {fault}
      </p>
    </div>
  );
}

/** It is no mistake to use what nobody knew was there: stock is corrected, nothing is refused. */
function BeyondVan({ part }: { part: StockedPart }) {
  const { t, locale } = useTexts();
  return (
    <p className="note warn" role="status">
      <Icon name="alert" />
      <span>
        {part.onVan > 0
          ? t("parts.beyond-van", { quantity: quantityText(part.onVan, part.unit, locale, t) })
          : t("parts.not-in-van")}
      </span>
    </p>
  );
}
