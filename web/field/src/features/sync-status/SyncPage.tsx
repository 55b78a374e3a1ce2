import { dayAndTime } from "@truckroll/shared/format.ts";
import type { SyncStatus } from "@truckroll/sync-client";
import { useState } from "react";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useLive, useNow, useStatus } from "../../app/live.ts";
import { ScreenHeading, Shell } from "../../app/Shell.tsx";
import { ageText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import "../../texts-late.ts";
import type { Booking, WorkOrderDocument } from "../work-order/documents.ts";
import { chipOf, SKEW_WORTH_SAYING_MS } from "./chip.ts";
import { ExportButton } from "./ExportButton.tsx";
import { type OpenWork, groupByWork } from "./open-work.ts";
import { Revoked } from "./Revoked.tsx";
import { TroubleList } from "./TroubleList.tsx";
import { UnsentList } from "./UnsentList.tsx";

/** What is safe, what is not yet, and what became of what the server could not take over. */
export function SyncPage() {
  const { t } = useTexts();
  const { client } = useOpened();
  const status = useStatus(client);
  const found = useLive(client, "open work", async () => {
    const [commands, files, troubles, workOrders, bookings] = await Promise.all([
      client.outbox(),
      client.files(),
      client.troubles(),
      client.rows<WorkOrderDocument>("work_order"),
      client.rows<Booking>("booking"),
    ]);
    return { commands, files, troubles, workOrders, bookings };
  });
  const open: OpenWork | null = found ? groupByWork(found) : null;
  return (
    <Shell title={t("sync.title")}>
      <ScreenHeading className="visually-hidden">{t("sync.title")}</ScreenHeading>
      <Summary status={status} />
      {status.phase === "revoked" && <Revoked client={client} />}
      <ErrorNote status={status} />
      <ClockHint status={status} />
      {open && open.troubles.length > 0 && <TroubleList troubles={open.troubles} />}
      {open && <UnsentList groups={open.groups} />}
      <section className="card" aria-labelledby="export">
        <h2 id="export">{t("sync.export.title")}</h2>
        <div className="stack">
          <p className="quiet-text">{t("sync.export.text")}</p>
          <ExportButton client={client} isEmpty={open?.groups.length === 0} />
        </div>
      </section>
    </Shell>
  );
}

function Summary({ status }: { status: SyncStatus }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const now = useNow();
  const [isBusy, setBusy] = useState(false);
  const chip = chipOf(status, now);
  async function syncNow() {
    setBusy(true);
    await client.syncNow().catch(() => undefined);
    setBusy(false);
  }
  return (
    <section className={`card summary ${chip.tone}`} aria-labelledby="state">
      <div className="with-icon">
        <Icon name={chip.icon} size={30} />
        <div className="grow">
          <h2 id="state">{t(`sync.state.${chip.text}`, { count: chip.count })}</h2>
          <p>{t(`sync.state.${chip.text}.text`, { count: chip.count })}</p>
        </div>
      </div>
      <Counts status={status} now={now} />
      <button
        type="button"
        className="button wide"
        aria-disabled={isBusy}
        onClick={() => !isBusy && void syncNow()}
      >
        <Icon name="sync" size={20} />
        {isBusy ? t("sync.busy") : t("sync.now")}
      </button>
    </section>
  );
}

/** How much is on its way, and for how long. */
function Counts({ status, now }: { status: SyncStatus; now: Date }) {
  const { t, locale } = useTexts();
  const { account } = useOpened();
  return (
    <dl className="facts">
      <dt>{t("sync.entries")}</dt>
      <dd className="number">{t("sync.count", { count: status.unsentCommands })}</dd>
      <dt>{t("sync.files")}</dt>
      <dd className="number">{t("sync.count", { count: status.unsentFiles })}</dd>
      {status.unreceipted > 0 && (
        <>
          <dt>{t("sync.unconfirmed")}</dt>
          <dd className="number">{t("sync.count", { count: status.unreceipted })}</dd>
        </>
      )}
      {status.oldestUnsentAt && (
        <>
          <dt>{t("sync.oldest")}</dt>
          <dd className="number">{ageText(status.oldestUnsentAt, now, locale)}</dd>
        </>
      )}
      <dt>{t("sync.last")}</dt>
      <dd className="number">
        {status.lastSyncAt
          ? dayAndTime(status.lastSyncAt, locale, account.timezone)
          : t("sync.never")}
      </dd>
    </dl>
  );
}

/** What keeps the client from syncing, in words; codes of the server are never shown alone. */
function ErrorNote({ status }: { status: SyncStatus }) {
  const { t, has } = useTexts();
  if (!status.error || status.phase === "revoked") return null;
  const key = `sync.error.${status.error.code}`;
  return (
    <div className="note bad">
      <Icon name="alert" />
      <div>
        <strong>{t("sync.error.title")}</strong>
        <p>{has(key) ? t(key) : t("sync.error.other")}</p>
      </div>
    </div>
  );
}

/** A clock that is off makes every time look wrong; the server corrects it, the engineer can too. */
function ClockHint({ status }: { status: SyncStatus }) {
  const { t, locale } = useTexts();
  const off = status.clockSkewMs;
  if (Math.abs(off) < SKEW_WORTH_SAYING_MS) return null;
  const span = ageText(new Date(0).toISOString(), new Date(Math.abs(off)), locale);
  return (
    <div className="note warn">
      <Icon name="clock" />
      <div>
        <strong>{t(off > 0 ? "sync.clock.fast" : "sync.clock.slow", { span })}</strong>
        <p>{t("sync.clock.text")}</p>
      </div>
    </div>
  );
}
