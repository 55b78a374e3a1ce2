import { calendarDay, clockTime, dayAndTime, minutesText } from "@truckroll/shared/format.ts";
import { Icon } from "../../app/Icon.tsx";
import { useNow } from "../../app/live.ts";
import { zoneHint } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { AssetCard } from "./AssetCard.tsx";
import type { SiteOfWork, WorkOrderDocument } from "./documents.ts";
import { MapButton } from "./MapButton.tsx";
import type { Work } from "./WorkOrderPage.tsx";

/** What the engineer reads before he drives. */
export function OverviewTab({ work }: { work: Work }) {
  const { doc } = work.workOrder;
  return (
    <>
      <VisitCard work={work} />
      <SiteCard site={doc.site} />
      <ProblemCard doc={doc} />
      {doc.asset && <AssetCard doc={doc} />}
    </>
  );
}

function VisitCard({ work: { workOrder, booking } }: { work: Work }) {
  const { t, locale } = useTexts();
  const now = useNow();
  const { due_at, duration_minutes, site } = workOrder.doc;
  const isLate = workOrder.doc.completed_at === null && Date.parse(due_at) < now.getTime();
  const time = (at: string) => clockTime(at, locale, site.timezone);
  const hint = zoneHint(booking?.doc.starts_at ?? due_at, site.timezone);
  const drive = booking?.doc.travel_seconds ?? null;
  return (
    <section className="card" aria-labelledby="visit">
      <h2 id="visit">{t("work-order.visit")}</h2>
      <dl className="facts">
        <dt>{t("work-order.planned")}</dt>
        <dd className="number">
          {booking ? (
            <>
              {calendarDay(booking.doc.starts_at, locale, site.timezone)}{" "}
              <span className="nowrap">
                {time(booking.doc.starts_at)}–{time(booking.doc.ends_at)}
                {hint && ` ${hint}`}
              </span>
            </>
          ) : (
            t("work-order.no-time")
          )}
        </dd>
        {drive !== null && (
          <>
            <dt>{t("work-order.travel")}</dt>
            <dd className="number">{minutesText(drive / 60, locale)}</dd>
          </>
        )}
        <dt>{t("work-order.duration")}</dt>
        <dd className="number">{minutesText(duration_minutes, locale)}</dd>
        <dt>{t("work-order.due")}</dt>
        <dd className="number">
          {dayAndTime(due_at, locale, site.timezone)} {hint}{" "}
          {isLate && <span className="tag bad">{t("work-order.late")}</span>}
        </dd>
      </dl>
    </section>
  );
}

function SiteCard({ site }: { site: SiteOfWork }) {
  const { t } = useTexts();
  const phone = site.customer?.phone.trim();
  return (
    <section className="card" aria-labelledby="site">
      <h2 id="site">{t("work-order.site")}</h2>
      <div className="stack">
        <div className="with-icon">
          <Icon name="pin" />
          <div>
            <bdi className="strong">{site.name}</bdi>
            <p className="quiet-text">
              <bdi>{site.address}</bdi>
            </p>
            {site.customer && (
              <p className="quiet-text">
                <bdi>{site.customer.name}</bdi>
              </p>
            )}
          </div>
        </div>
        {site.access_notes.trim() !== "" && (
          <div className="with-icon access">
            <Icon name="lock" />
            <div>
              <h3>{t("work-order.access")}</h3>
              <p className="pre" dir="auto">
                {site.access_notes}
              </p>
            </div>
          </div>
        )}
        <div className="pair">
          {site.position && <MapButton site={site} />}
          {phone && (
            <a className="button" href={`tel:${phone.replace(/[^\d+*#]/g, "")}`}>
              <Icon name="phone" size={20} />
              {t("work-order.call")}
              <span className="visually-hidden"> {phone}</span>
            </a>
          )}
        </div>
      </div>
    </section>
  );
}

function ProblemCard({ doc }: { doc: WorkOrderDocument }) {
  const { t, locale } = useTexts();
  const { ticket, fault_code } = doc;
  return (
    <section className="card" aria-labelledby="problem">
      <h2 id="problem">{t("work-order.problem")}</h2>
      <div className="stack">
        {ticket.title !== doc.title && (
          <p className="strong" dir="auto">
            {ticket.title}
          </p>
        )}
        {ticket.description.trim() === "" ? (
          <p className="quiet-text">{t("work-order.no-description")}</p>
        ) : (
          <p className="pre" dir="auto">
            {ticket.description}
          </p>
        )}
        <dl className="facts">
          {fault_code && (
            <>
              <dt>{t("work-order.fault")}</dt>
              <dd>
                <bdi>{fault_code.title}</bdi>
              </dd>
            </>
          )}
          <dt>{t("work-order.ticket")}</dt>
          <dd className="number">#{ticket.number}</dd>
          {doc.started_at && (
            <>
              <dt>{t("work-order.started")}</dt>
              <dd className="number">{dayAndTime(doc.started_at, locale, doc.site.timezone)}</dd>
            </>
          )}
        </dl>
      </div>
    </section>
  );
}
