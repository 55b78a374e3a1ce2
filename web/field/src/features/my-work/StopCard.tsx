import { minutesText } from "@truckroll/shared/format.ts";
import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useLive } from "../../app/live.ts";
import { type Fix, distanceBetween } from "../../app/place.ts";
import { distanceText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { partReadiness } from "../parts/part-readiness.ts";
import type { PartReadiness } from "../parts/props.ts";
import { readVan } from "../parts/van.ts";
import { PriorityTag, StateTag, VisitTag } from "../work-order/tags.tsx";
import { type Stop, dayOf } from "./agenda.ts";
import { visitDay, visitTime } from "./visit-time.ts";

interface Props {
  stop: Stop;
  here: Fix | null;
  now: Date;
}

/** One visit in the list. */
export function StopCard({ stop, here, now }: Props) {
  const { t, locale } = useTexts();
  const { doc, pending } = stop.workOrder;
  const isPast = stop.booking !== null && isEarlier(stop, now);
  return (
    <li>
      <Link href={`/work/${stop.workOrder.id}`} className="stop card">
        <span className="row between nowrap stop-when">
          <span className="strong number">
            {isPast && `${visitDay(stop, locale)} · `}
            {visitTime(stop, locale) ?? t("work-order.no-time")}
          </span>
          <span className="quiet-text small number">#{doc.ticket.number}</span>
        </span>
        <span className="stop-title">
          <bdi>{doc.title}</bdi>
        </span>
        <StopPlace stop={stop} here={here} />
        <span className="row stop-tags">
          {doc.state !== "ready" && <StateTag state={doc.state} />}
          {stop.booking && doc.state === "ready" && <VisitTag state={stop.booking.doc.state} />}
          <PriorityTag priority={doc.priority} />
          <LateTag stop={stop} now={now} />
          <ReadinessTag stop={stop} />
          {pending && (
            <span className="tag">
              <Icon name="upload" size={14} />
              {t("my-work.unsent")}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

function isEarlier({ booking, workOrder }: Stop, now: Date): boolean {
  const zone = workOrder.doc.site.timezone;
  return booking !== null && dayOf(booking.doc.starts_at, zone) < dayOf(now.toISOString(), zone);
}

/** Where it is, and how far. */
export function StopPlace({ stop, here }: { stop: Stop; here: Fix | null }) {
  const { t, locale } = useTexts();
  const { site } = stop.workOrder.doc;
  const seconds = stop.booking?.doc.travel_seconds ?? null;
  const metres = here && site.position ? distanceBetween(here.point, site.position) : null;
  const way = [
    metres !== null && t("my-work.away", { distance: distanceText(metres, locale) }),
    seconds !== null && t("my-work.drive", { time: minutesText(seconds / 60, locale) }),
  ].filter((part) => part !== false);
  return (
    <span className="stop-place">
      <bdi>{site.name}</bdi>
      <bdi className="quiet-text">{site.address}</bdi>
      {way.length > 0 && <span className="quiet-text number">{way.join(" · ")}</span>}
    </span>
  );
}

export function LateTag({ stop, now }: { stop: Stop; now: Date }) {
  const { t } = useTexts();
  const { doc } = stop.workOrder;
  if (doc.completed_at !== null || Date.parse(doc.due_at) >= now.getTime()) return null;
  return (
    <span className="tag bad">
      <Icon name="clock" size={14} />
      {t("my-work.late")}
    </span>
  );
}

/** Whether the parts are in the van; nothing to say when none is needed or the work is done. */
export function ReadinessTag({ stop }: { stop: Stop }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const { state, parts_needed, parts_fitted } = stop.workOrder.doc;
  const van = useLive(client, "van", readVan);
  const readiness: PartReadiness | undefined =
    van && partReadiness(parts_needed, parts_fitted, van.levels);
  if (!readiness || readiness.kind === "none-needed" || state === "done" || state === "cancelled")
    return null;
  const isReady = readiness.kind === "ready";
  return (
    <span className={isReady ? "tag ok" : "tag warn"}>
      <Icon name="part" size={14} />
      {isReady
        ? t("my-work.parts.ready")
        : t("my-work.parts.missing", { count: readiness.numbers.length })}
    </span>
  );
}
