import type { Row, SyncClient } from "@truckroll/sync-client";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useLive } from "../../app/live.ts";
import { ScreenHeading, Shell } from "../../app/Shell.tsx";
import { useTexts } from "../../texts.ts";
import "../../texts-late.ts";
import { bookingOf } from "../my-work/agenda.ts";
import { ActionBar } from "./ActionBar.tsx";
import { DoTab } from "./DoTab.tsx";
import type { Booking, WorkOrderDocument } from "./documents.ts";
import { FinishTab } from "./FinishTab.tsx";
import { OverviewTab } from "./OverviewTab.tsx";
import { missingSteps } from "./steps.ts";
import { PriorityTag, StateTag, VisitTag } from "./tags.tsx";
import { Troubles } from "./Troubles.tsx";
import { WorkNotice } from "./WorkNotice.tsx";
import "./work-order.css";

const TABS = ["overview", "do", "finish"] as const;
export type Tab = (typeof TABS)[number];

export interface Work {
  workOrder: Row<WorkOrderDocument>;
  booking: Row<Booking> | null;
}

async function readWork(client: SyncClient, id: string): Promise<Work | null> {
  const [workOrder, bookings] = await Promise.all([
    client.row<WorkOrderDocument>("work_order", id),
    client.rows<Booking>("booking"),
  ]);
  return workOrder ? { workOrder, booking: bookingOf(bookings, id) } : null;
}

/** Everything about one work order: what it is, what is done on it, how it ends. */
export function WorkOrderPage({ id, tab }: { id: string; tab: string | undefined }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const work = useLive(client, `work ${id}`, () => readWork(client, id));
  if (work === undefined)
    return (
      <Shell title={t("work-order.title")} back="/" foot={<></>}>
        <div className="skeleton" aria-busy="true" />
        <div className="skeleton" />
      </Shell>
    );
  if (work === null) return <Gone />;
  // One number in talk: the desk, too, calls the job by its ticket.
  const { number } = work.workOrder.doc.ticket;
  const shown = TABS.find((name) => name === tab) ?? firstTab(work.workOrder.doc);
  return (
    <Shell
      title={t("work-order.number", { number })}
      short={t("work-order.short", { number })}
      back="/"
      foot={<ActionBar work={work} shown={shown} />}
    >
      <Head work={work} />
      <Tabs id={id} shown={shown} work={work} />
      <WorkNotice work={work} />
      <Troubles work={work} />
      <TabPanel key={shown}>
        {shown === "overview" && <OverviewTab work={work} />}
        {shown === "do" && <DoTab work={work} />}
        {shown === "finish" && <FinishTab work={work} />}
      </TabPanel>
    </Shell>
  );
}

/** What a tab shows; it begins at its top, or at the step that a link leads to. */
function TabPanel({ children }: { children: ReactNode }) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const wanted = document.getElementById(location.hash.slice(1));
    wanted?.scrollIntoView();
    wanted?.focus({ preventScroll: true });
    if (!wanted) panel.current?.closest(".scroller")?.scrollTo({ top: 0 });
  }, []);
  return (
    <div ref={panel} className="tab-panel stack">
      {children}
    </div>
  );
}

/** Where the engineer most likely wants to be. */
function firstTab({ state }: WorkOrderDocument): Tab {
  if (state === "in_progress") return "do";
  return state === "done" ? "finish" : "overview";
}

function Head({ work: { workOrder, booking } }: { work: Work }) {
  const { doc } = workOrder;
  const visit = booking?.doc.state;
  const isOnTheWay = doc.state === "ready" && (visit === "travelling" || visit === "on_site");
  return (
    <div className="work-head">
      <ScreenHeading>
        <bdi>{doc.title}</bdi>
      </ScreenHeading>
      <div className="row">
        {isOnTheWay && booking ? (
          <VisitTag state={booking.doc.state} />
        ) : (
          <StateTag state={doc.state} />
        )}
        <PriorityTag priority={doc.priority} isAlways />
      </div>
    </div>
  );
}

function Tabs({ id, shown, work }: { id: string; shown: Tab; work: Work }) {
  const { t } = useTexts();
  const { tasks, state } = work.workOrder.doc;
  const open = state === "done" || state === "cancelled" ? 0 : missingSteps(tasks).length;
  return (
    <nav className="tabs" aria-label={t("work-order.tabs")}>
      {TABS.map((name) => (
        <Link
          key={name}
          href={`/work/${id}/${name}`}
          replace
          className="tab"
          aria-current={name === shown ? "page" : undefined}
        >
          {t(`work-order.tab.${name}`)}
          {name === "do" && open > 0 && (
            <span className="tab-count number">
              {open}
              <span className="visually-hidden"> {t("work-order.tab.open")}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function Gone() {
  const { t } = useTexts();
  return (
    <Shell title={t("work-order.title")} back="/" foot={<></>}>
      <div className="empty">
        <Icon name="list" size={40} />
        <ScreenHeading>{t("work-order.gone.title")}</ScreenHeading>
        <p>{t("work-order.gone.text")}</p>
        <Link href="/" className="button">
          {t("common.to-work")}
        </Link>
      </div>
    </Shell>
  );
}
