import { Button } from "@mantine/core";
import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { minutesText } from "@truckroll/shared/format.ts";
import { type ReactElement, useEffect, useId, useRef, useState } from "react";
import { isWorkOrderDrag } from "../../app/drag.ts";
import { Icon } from "../../app/icons.tsx";
import { useZone } from "../../app/me.ts";
import type { ProposedSlot } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { type Figures, figuresOf, piecesOf, sentenceOf, wholeMinutes } from "./explain.ts";
import { useDropOnEngineer } from "./use-drop-on-engineer.ts";
import type { Subject } from "./use-subject.ts";
import { slotText, useWording } from "./wording.ts";

interface Props {
  slot: ProposedSlot;
  rank: number;
  scale: number;
  subject: Subject;
  isBooking: boolean;
  isDisabled: boolean;
  take: () => void;
  chooseTime: () => void;
}

/** One engineer who could go: when, at what price, and why. */
export function SlotRow(props: Props): ReactElement {
  const { slot, subject } = props;
  const { t, locale } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const { ref, isOver } = useRowDrop(props, subject);
  return (
    <li ref={ref} className={isOver ? "assign-slot assign-over" : "assign-slot"}>
      <Head {...props} />
      <CostBar slot={slot} scale={props.scale} />
      <div className="assign-facts">
        <Facts figures={figuresOf(slot)} />
        <button
          type="button"
          className="assign-link"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => setOpen(!isOpen)}
        >
          {t("assign.details")}
          <span className="visually-hidden"> {slot.engineer_name}</span>{" "}
          <Icon name="down" size={11} />
        </button>
      </div>
      <div id={detailsId} hidden={!isOpen}>
        {isOpen && (
          <Details
            slot={slot}
            chooseTime={props.chooseTime}
            minutes={(amount) => minutesText(amount, locale)}
          />
        )}
      </div>
    </li>
  );
}

/** Who and when, and the button that books. */
function Head({ slot, rank, isBooking, isDisabled, take }: Props): ReactElement {
  const texts = useTexts();
  const { t } = texts;
  const zone = useZone();
  const when = slotText(slot.starts_at, slot.ends_at, texts, zone);
  const engineer = slot.engineer_name;
  return (
    <div className="assign-head">
      <span className="assign-rank" aria-label={t("assign.rank", { rank })}>
        {rank}
      </span>
      <div className="assign-who">
        <strong>{engineer}</strong>
        <span>{when}</span>
      </div>
      <Button
        size="xs"
        variant={rank === 1 ? "filled" : "default"}
        data-book
        data-assign-first={rank === 1 ? "" : undefined}
        aria-label={t("assign.bookNamed", { engineer, when })}
        loading={isBooking}
        disabled={isDisabled && !isBooking}
        onClick={take}
      >
        {t("assign.book")}
      </Button>
    </div>
  );
}

/** The price in stacked pieces; a bar that is too long for the scale fades out. */
function CostBar({ slot, scale }: { slot: ProposedSlot; scale: number }): ReactElement {
  const { t, locale } = useTexts();
  const pieces = piecesOf(slot, scale);
  const total = minutesText(slot.total_seconds / 60, locale);
  const parts = wholeMinutes(pieces, slot.total_seconds);
  const words = pieces.map(
    ({ term }, index) => `${t(`assign.term.${term}`)} ${minutesText(parts[index] ?? 0, locale)}`,
  );
  const isCut = slot.total_seconds > scale;
  return (
    <div className="assign-cost" title={`${t("assign.costHint")}\n${words.join("\n")}`}>
      <span className={isCut ? "assign-bar assign-cut" : "assign-bar"} aria-hidden="true">
        {pieces.map(({ term, percent }) => (
          <span key={term} className={`term-${term}`} style={{ width: `${percent}%` }} />
        ))}
      </span>
      <span className="assign-total">{t("assign.cost", { minutes: total })}</span>
    </div>
  );
}

/** The figures a dispatcher compares by, in one line. */
function Facts({ figures }: { figures: Figures }): ReactElement {
  const { t, locale } = useTexts();
  const minutes = (amount: number) => minutesText(amount, locale);
  const { lateMinutes, slackMinutes, bookedMinutes, overtimeMinutes, hasParts } = figures;
  return (
    <ul className="assign-figures">
      <li>{t("assign.drive", { minutes: minutes(figures.travelMinutes) })}</li>
      {lateMinutes > 0 && (
        <li className="fact-bad">
          <Icon name="clock" size={12} />
          {t("assign.lateBy", { minutes: minutes(lateMinutes) })}
        </li>
      )}
      {slackMinutes !== null && <li className="fact-ok">{t("assign.inTime")}</li>}
      <li>
        {bookedMinutes > 0
          ? t("assign.loadOf", { minutes: minutes(bookedMinutes) })
          : t("assign.loadNone")}
      </li>
      {hasParts === true && (
        <li className="fact-ok">
          <Icon name="check" size={12} />
          {t("assign.partsYes")}
        </li>
      )}
      {hasParts === false && (
        <li className="fact-warn" title={figures.missingParts.join(", ")}>
          <Icon name="warning" size={12} />
          {t("assign.partsNo", { count: figures.missingParts.length })}
        </li>
      )}
      {overtimeMinutes > 0 && (
        <li className="fact-warn">
          {t("assign.overtimeOf", { minutes: minutes(overtimeMinutes) })}
        </li>
      )}
      {figures.isOtherTerritory && <li>{t("assign.otherTerritory")}</li>}
    </ul>
  );
}

interface DetailProps {
  slot: ProposedSlot;
  chooseTime: () => void;
  minutes: (amount: number) => string;
}

function Details({ slot, chooseTime, minutes }: DetailProps): ReactElement {
  const { t } = useTexts();
  const wording = useWording();
  const pieces = piecesOf(slot, slot.total_seconds);
  const parts = wholeMinutes(pieces, slot.total_seconds);
  return (
    <div className="assign-details">
      <ul>
        {slot.reasons.map((reason) => (
          <li key={reason.code + JSON.stringify(reason.params)}>{sentenceOf(reason, wording)}</li>
        ))}
      </ul>
      <table>
        <caption>{t("assign.termTable")}</caption>
        <tbody>
          {pieces.map(({ term }, index) => (
            <tr key={term}>
              <th scope="row">
                <span className={`swatch term-${term}`} aria-hidden="true" />
                {t(`assign.term.${term}`)}
              </th>
              <td>{minutes(parts[index] ?? 0)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t("assign.term.total")}</th>
            <td>{minutes(slot.total_seconds / 60)}</td>
          </tr>
        </tbody>
      </table>
      <Button size="xs" variant="default" onClick={chooseTime}>
        {t("assign.otherTime")}
        <span className="visually-hidden"> {slot.engineer_name}</span>
      </Button>
    </div>
  );
}

/** A job dropped on the row is booked: this one in its slot, another one where it fits. */
function useRowDrop(props: Props, subject: Subject) {
  const ref = useRef<HTMLLIElement>(null);
  const [isOver, setOver] = useState(false);
  const dropOn = useDropOnEngineer();
  const latest = useRef({ props, subject, dropOn });
  useEffect(() => {
    latest.current = { props, subject, dropOn };
  });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => isWorkOrderDrag(source.data),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false);
        const { props, subject, dropOn } = latest.current;
        if (!isWorkOrderDrag(source.data)) return;
        if (source.data.id === subject.workOrder.id) props.take();
        else void dropOn(source.data, props.slot.engineer_id);
      },
    });
  }, []);
  return { ref, isOver };
}
