import { calendarDay } from "@truckroll/shared/format.ts";
import type { Row, SyncClient } from "@truckroll/sync-client";
import { type ReactNode, useEffect, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useLive, useNow, useStatus } from "../../app/live.ts";
import { type Fix, locate, mayLocate } from "../../app/place.ts";
import { ScreenHeading, Shell } from "../../app/Shell.tsx";
import { useTexts } from "../../texts.ts";
import type { Booking, WorkOrderDocument } from "../work-order/documents.ts";
import { type Agenda, type Stop, agendaOf, dayWord } from "./agenda.ts";
import { FirstLoad } from "./FirstLoad.tsx";
import { NextStop } from "./NextStop.tsx";
import { StopCard } from "./StopCard.tsx";
import "./my-work.css";

interface Held {
  bookings: Row<Booking>[];
  workOrders: Row<WorkOrderDocument>[];
}

async function readAll(client: SyncClient): Promise<Held> {
  const [bookings, workOrders] = await Promise.all([
    client.rows<Booking>("booking"),
    client.rows<WorkOrderDocument>("work_order"),
  ]);
  return { bookings, workOrders };
}

/** The engineer's visits of today and the days to come. */
export function MyWork() {
  const { t } = useTexts();
  const { account, client } = useOpened();
  const held = useLive(client, "my work", readAll);
  const status = useStatus(client);
  const now = useNow(60_000);
  const isFirst = !status.isLoaded;
  return (
    <Shell title={t("my-work.title")}>
      <ScreenHeading className="visually-hidden">{t("my-work.title")}</ScreenHeading>
      {held === undefined ? (
        <Skeleton />
      ) : held.workOrders.length === 0 && isFirst ? (
        <FirstLoad status={status} />
      ) : (
        <Visits
          agenda={agendaOf(held.bookings, held.workOrders, now, account.timezone)}
          now={now}
          timezone={account.timezone}
        />
      )}
    </Shell>
  );
}

function Skeleton() {
  const { t } = useTexts();
  return (
    <div className="stack" aria-busy="true">
      <span className="visually-hidden">{t("common.loading")}</span>
      <div className="skeleton" />
      <div className="skeleton" />
      <div className="skeleton" />
    </div>
  );
}

interface VisitsProps {
  agenda: Agenda;
  now: Date;
  timezone: string;
}

function Visits({ agenda, now, timezone }: VisitsProps) {
  const { t, locale } = useTexts();
  const [here, setHere] = useHere();
  const { next } = agenda;
  const others = (stops: Stop[]) => stops.filter((stop) => stop !== next);
  const total = agenda.days.flatMap((day) => day.stops).length + agenda.overdue.length;
  const group = (title: string, stops: Stop[], tone?: string) =>
    stops.length > 0 && (
      <Group key={title} title={title} count={stops.length} tone={tone}>
        {stops.map((stop) => (
          <StopCard key={stop.workOrder.id} stop={stop} here={here} now={now} />
        ))}
      </Group>
    );
  return (
    <>
      {group(t("my-work.revoked"), agenda.revoked, t("my-work.revoked.text"))}
      {next && <NextStop stop={next} here={here} now={now} onLocate={setHere} />}
      {total === 0 && agenda.unplanned.length === 0 && <Nothing />}
      {group(t("my-work.overdue"), others(agenda.overdue))}
      {agenda.days.map(({ date, stops }) => {
        const word = dayWord(date, now, timezone);
        const day = calendarDay(`${date}T12:00:00Z`, locale, "UTC");
        return group(word === "other" ? day : `${t(`my-work.${word}`)} · ${day}`, others(stops));
      })}
      {group(t("my-work.unplanned"), others(agenda.unplanned))}
      {group(t("my-work.finished"), agenda.finished)}
    </>
  );
}

/** Where the phone is: at once when that was allowed before, otherwise when the engineer asks. */
function useHere(): [Fix | null, () => void] {
  const [here, setHere] = useState<Fix | null>(null);
  const look = () => void locate().then((fix) => fix && setHere(fix));
  useEffect(() => {
    void mayLocate().then((may) => may && look());
  }, []);
  return [here, look];
}

interface GroupProps {
  title: string;
  count: number;
  tone?: string | undefined;
  children: ReactNode;
}

function Group({ title, count, tone, children }: GroupProps) {
  return (
    <section className="stack tight">
      <div className="row between group-head">
        <h2>{title}</h2>
        <span className="quiet-text number">{count}</span>
      </div>
      {tone && <p className="quiet-text">{tone}</p>}
      <ul className="stack">{children}</ul>
    </section>
  );
}

function Nothing() {
  const { t } = useTexts();
  const { client } = useOpened();
  const { isOnline } = useStatus(client);
  return (
    <div className="empty">
      <Icon name="check" size={44} />
      <h2>{t("my-work.nothing.title")}</h2>
      <p>{t(isOnline ? "my-work.nothing.text" : "my-work.nothing.offline")}</p>
    </div>
  );
}
