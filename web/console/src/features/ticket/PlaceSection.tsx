import { relativeTime } from "@truckroll/shared/format.ts";
import type { ReactElement, ReactNode } from "react";
import { useNow } from "../../app/clock.ts";
import { useAsset, useSitesById } from "../../app/queries.ts";
import type { Device, Ticket, WorkOrder } from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { GivePlace } from "./GivePlace.tsx";
import { Facts, Section } from "./Section.tsx";
import { useAssetModel, useCustomer, useDeviceState, useDevicesOf } from "./queries.ts";
import "./place.css";

interface Props {
  ticket: Ticket;
  workOrder: WorkOrder | null;
}

/** Whose it is, where it stands, what it is, and whether its device is there. */
export function PlaceSection({ ticket, workOrder }: Props): ReactElement {
  const { t } = useTexts();
  const facts = [...useSiteFacts(ticket, workOrder), ...useAssetFacts(ticket.asset_id)];
  return (
    <Section
      title={t("panel.place")}
      icon="pin"
      aside={ticket.site_id && <SameSite siteId={ticket.site_id} />}
    >
      <Facts facts={facts} />
      {!ticket.site_id && <GivePlace ticket={ticket} />}
    </Section>
  );
}

type Fact = [string, ReactNode];

function useSiteFacts(ticket: Ticket, workOrder: WorkOrder | null): Fact[] {
  const { t } = useTexts();
  const sites = useSitesById();
  const site = ticket.site_id ? sites.get(ticket.site_id) : undefined;
  const customer = useCustomer(ticket.customer_id).data;
  return [
    [t("list.column.site"), ticket.site_name],
    [t("panel.address"), site?.address ?? workOrder?.site.address ?? ""],
    [t("panel.access"), site?.access_notes ?? ""],
    [t("panel.customer"), ticket.customer_name],
    [t("panel.contact"), hasContact(customer) ? <Contact {...customer} /> : null],
  ];
}

function useAssetFacts(assetId: string | null): Fact[] {
  const { t } = useTexts();
  const asset = useAsset(assetId).data;
  const model = useAssetModel(asset?.model_id ?? null).data;
  const devices = useDevicesOf(assetId).data ?? [];
  return [
    [t("list.column.asset"), [asset?.name, asset?.serial].filter(Boolean).join(" · ")],
    [t("panel.model"), [model?.manufacturer, model?.name].filter(Boolean).join(" ")],
    ...devices.map((device): Fact => [
      t("panel.device"),
      <DeviceLine key={device.id} device={device} />,
    ]),
  ];
}

/** The way to the other tickets of the site. */
function SameSite({ siteId }: { siteId: string }): ReactElement {
  const { t } = useTexts();
  const { setFilters } = useChoosing();
  return (
    <button
      type="button"
      className="link-button"
      onClick={() => setFilters({ siteId, states: [] })}
    >
      {t("list.sameSite")}
    </button>
  );
}

function hasContact<C extends { phone: string; email: string }>(one: C | undefined): one is C {
  return Boolean(one?.phone || one?.email);
}

function Contact({ phone, email }: { phone: string; email: string }): ReactElement {
  return (
    <span className="contact">
      {phone && <a href={`tel:${phone.replace(/\s/g, "")}`}>{phone}</a>}
      {email && <a href={`mailto:${email}`}>{email}</a>}
    </span>
  );
}

/** Whether the device is connected, and what it said last. */
function DeviceLine({ device }: { device: Device }): ReactElement {
  const { t, locale } = useTexts();
  const { data: state } = useDeviceState(device.id);
  const now = useNow();
  if (!state) return <span className="quiet">{device.name}</span>;
  const values = Object.entries(state.values as Record<string, unknown>)
    .map(([name, entry]) => [name, numberIn(entry)] as const)
    .filter((pair): pair is [string, number] => pair[1] !== null);
  const said = state.last_at
    ? t("panel.deviceSaid", { time: relativeTime(state.last_at, now, locale) })
    : t("panel.deviceSilent");
  return (
    <span className="device">
      <span>
        {device.name}{" "}
        <span className={state.is_online ? "device-on" : "device-off"}>
          {state.is_online ? t("panel.deviceOn") : t("panel.deviceOff")}
        </span>
        <span className="quiet"> · {said}</span>
      </span>
      {values.length > 0 && (
        <span className="device-values">
          {values.slice(0, 6).map(([name, value]) => (
            <span key={name}>
              <span className="quiet">{name}</span> {decimalText(value, locale)}
            </span>
          ))}
        </span>
      )}
    </span>
  );
}

/** A last value stands alone or with its time. */
function numberIn(entry: unknown): number | null {
  const value =
    typeof entry === "object" && entry !== null && "value" in entry ? entry.value : entry;
  return typeof value === "number" ? value : null;
}
