import { Link } from "wouter";
import { Icon } from "../../app/Icon.tsx";
import type { Fix } from "../../app/place.ts";
import { useTexts } from "../../texts.ts";
import { MapButton } from "../work-order/MapButton.tsx";
import { PriorityTag, StateTag, VisitTag } from "../work-order/tags.tsx";
import { type Stop, dayOf } from "./agenda.ts";
import { LateTag, ReadinessTag, StopPlace } from "./StopCard.tsx";
import { visitDay, visitTime } from "./visit-time.ts";

interface Props {
  stop: Stop;
  here: Fix | null;
  now: Date;
  onLocate: () => void;
}

/** The visit that comes now, larger than the others, with the way there. */
export function NextStop({ stop, here, now, onLocate }: Props) {
  const { t } = useTexts();
  const { doc } = stop.workOrder;
  const isUnderWay = doc.state === "in_progress" || stop.booking?.doc.state === "on_site";
  return (
    <section className="next card" aria-labelledby="next">
      <div className="row between nowrap">
        <h2 id="next" className="next-word">
          {t(isUnderWay ? "my-work.now" : "my-work.next")}
        </h2>
        <span className="quiet-text small number">#{doc.ticket.number}</span>
      </div>
      <p className="next-time number">
        <When stop={stop} now={now} />
      </p>
      <Link href={`/work/${stop.workOrder.id}`} className="next-title">
        <bdi>{doc.title}</bdi>
      </Link>
      <StopPlace stop={stop} here={here} />
      <Tags stop={stop} now={now} />
      <div className="pair">
        <Link href={`/work/${stop.workOrder.id}`} className="button primary tall">
          {t("my-work.open")}
          <Icon name="forward" size={20} />
        </Link>
        {doc.site.position && <MapButton site={doc.site} />}
      </div>
      {here === null && doc.site.position && (
        <button type="button" className="button quiet" onClick={onLocate}>
          <Icon name="pin" size={20} />
          {t("my-work.distance")}
        </button>
      )}
    </section>
  );
}

type Timed = Pick<Props, "stop" | "now">;

/** The hours alone when it is today. */
function When({ stop, now }: Timed) {
  const { t, locale } = useTexts();
  const zone = stop.workOrder.doc.site.timezone;
  const time = visitTime(stop, locale);
  if (time === null || stop.booking === null) return t("work-order.no-time");
  const isToday = dayOf(stop.booking.doc.starts_at, zone) === dayOf(now.toISOString(), zone);
  return isToday ? time : `${visitDay(stop, locale)} · ${time}`;
}

function Tags({ stop, now }: Timed) {
  const { doc } = stop.workOrder;
  return (
    <div className="row stop-tags">
      {doc.state !== "ready" && <StateTag state={doc.state} />}
      {stop.booking && <VisitTag state={stop.booking.doc.state} />}
      <PriorityTag priority={doc.priority} />
      <LateTag stop={stop} now={now} />
      <ReadinessTag stop={stop} />
    </div>
  );
}
