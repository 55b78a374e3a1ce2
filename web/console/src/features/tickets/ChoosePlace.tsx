import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { getApiV1Assets } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, type RefObject, useMemo, useRef } from "react";
import { take } from "../../app/api.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { Icon } from "../../app/icons.tsx";
import { useSites, useSitesById } from "../../app/queries.ts";
import type { Asset, ListedSite } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { isPlaceOpen, type NewTicketDraft, sitesCalled } from "./new-ticket.ts";

const MOST = 5;

interface Props {
  draft: NewTicketDraft;
  onChange: (change: Partial<NewTicketDraft>) => void;
  /** The form was sent while the place was typed and not chosen. */
  isMissing: boolean;
}

/** Find the site by its own name, or by the asset that stands there. */
export function ChoosePlace({ draft, onChange, isMissing }: Props): ReactElement {
  if (!draft.site) return <SearchPlace draft={draft} onChange={onChange} isMissing={isMissing} />;
  return (
    <Chosen
      name={draft.site.name}
      onUndo={() => onChange({ site: null, assetId: "", faultCodeId: "" })}
    />
  );
}

function Chosen({ name, onUndo }: { name: string; onUndo: () => void }): ReactElement {
  const { t } = useTexts();
  return (
    <div className="new-place">
      <Icon name="pin" />
      <strong>{name}</strong>
      <button type="button" className="link-button" onClick={onUndo}>
        {t("panel.new.change")}
      </button>
    </div>
  );
}

function SearchPlace({ draft, onChange, isMissing }: Props): ReactElement {
  const { t } = useTexts();
  const [asked] = useDebouncedValue(draft.place.trim(), 200);
  const list = useRef<HTMLUListElement>(null);
  const found = usePlaces(asked);
  const rows = found.data;
  return (
    <div className="new-search">
      <TextInput
        label={t("panel.new.where")}
        placeholder={t("panel.new.whereHint")}
        leftSection={<Icon name="search" size={14} />}
        value={draft.place}
        onChange={(event) => onChange({ place: event.currentTarget.value })}
        onKeyDown={(event) => {
          const first = list.current?.querySelector("button");
          if (event.key === "Enter" && isPlaceOpen(draft)) {
            // Not the whole form: the place comes first.
            event.preventDefault();
            // What stands there for a moment still belongs to the words before.
            if (asked === draft.place.trim() && !found.isPlaceholderData) first?.click();
          } else if (event.key === "ArrowDown" && first) {
            event.preventDefault();
            first.focus();
          }
        }}
        error={isMissing && t("panel.new.unchosen")}
        data-autofocus
      />
      {found.error && <FailureNotice error={found.error} onRetry={() => void found.refetch()} />}
      <p className="visually-hidden" role="status">
        {rows && asked
          ? t("panel.new.found", { count: rows.sites.length + rows.assets.length })
          : ""}
      </p>
      {rows && rows.sites.length + rows.assets.length === 0 && (
        <p className="quiet">{t("panel.new.nothing")}</p>
      )}
      {rows && <Places {...rows} list={list} onChange={onChange} />}
    </div>
  );
}

interface PlacesProps extends Pick<Props, "onChange"> {
  list: RefObject<HTMLUListElement | null>;
  sites: ListedSite[];
  assets: Asset[];
}

function Places({ sites, assets, list, onChange }: PlacesProps): ReactElement {
  const known = useSitesById();
  const choose = (site: ListedSite | undefined, assetId = "") =>
    site &&
    onChange({
      site: { id: site.id, name: site.name, customerId: site.customer_id },
      place: "",
      assetId,
      faultCodeId: "",
    });
  return (
    <ul ref={list} className="new-found" onKeyDown={moveAmongPlaces}>
      {sites.map((site) => (
        <Found key={site.id} name={site.name} more={site.address} onChoose={() => choose(site)} />
      ))}
      {assets.map((asset) => (
        <Found
          key={asset.id}
          name={[asset.name, asset.serial].filter(Boolean).join(" · ")}
          more={known.get(asset.site_id)?.name ?? ""}
          onChoose={() => choose(known.get(asset.site_id), asset.id)}
        />
      ))}
    </ul>
  );
}

/** The arrow keys go from place to place. */
function moveAmongPlaces(event: KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const places = [...event.currentTarget.querySelectorAll("button")];
  places[places.findIndex((place) => place === document.activeElement) + step]?.focus();
}

function Found(props: { name: string; more: string; onChoose: () => void }): ReactElement {
  return (
    <li>
      <button type="button" onClick={props.onChoose}>
        <strong>{props.name}</strong>
        <span className="quiet">{props.more}</span>
      </button>
    </li>
  );
}

/** Sites are all known here, so any part of the name or address finds them at once. */
function usePlaces(asked: string) {
  const all = useSites().data;
  const assets = useQuery({
    queryKey: ["assets-called", asked],
    queryFn: async (): Promise<Asset[]> => {
      const [named, bySerial] = await Promise.all([
        take(getApiV1Assets({ query: { q: asked, is_archived: false, limit: MOST } })),
        take(getApiV1Assets({ query: { serial: asked, limit: MOST } })),
      ]);
      const found = [...bySerial.items, ...named.items];
      return [...new Map(found.map((row) => [row.id, row])).values()];
    },
    enabled: asked.length >= 2,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const sites = useMemo(() => sitesCalled(all ?? [], asked).slice(0, MOST), [all, asked]);
  const isAsked = asked.length >= 2;
  return { ...assets, data: isAsked && assets.data ? { sites, assets: assets.data } : undefined };
}
