import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { getApiV1Assets } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo, useState } from "react";
import { take } from "../../app/api.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { Icon } from "../../app/icons.tsx";
import { useSites, useSitesById } from "../../app/queries.ts";
import type { Asset, ListedSite } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { type NewTicketDraft, sitesCalled } from "./new-ticket.ts";

const MOST = 5;

interface Props {
  draft: NewTicketDraft;
  onChange: (change: Partial<NewTicketDraft>) => void;
}

/** Find the site by its own name, or by the asset that stands there. */
export function ChoosePlace({ draft, onChange }: Props): ReactElement {
  const { t } = useTexts();
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), 200);
  const found = usePlaces(asked);
  const sites = useSitesById();
  if (draft.site)
    return (
      <div className="new-place">
        <Icon name="pin" />
        <strong>{draft.site.name}</strong>
        <button
          type="button"
          className="link-button"
          onClick={() => onChange({ site: null, assetId: "", faultCodeId: "" })}
        >
          {t("panel.new.change")}
        </button>
      </div>
    );
  const choose = (site: ListedSite | undefined, assetId = "") =>
    site &&
    onChange({
      site: { id: site.id, name: site.name, customerId: site.customer_id },
      assetId,
      faultCodeId: "",
    });
  const rows = found.data;
  return (
    <div className="new-search">
      <TextInput
        label={t("panel.new.where")}
        placeholder={t("panel.new.whereHint")}
        leftSection={<Icon name="search" size={14} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
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
      {rows && (
        <ul className="new-found">
          {rows.sites.map((site) => (
            <Found
              key={site.id}
              name={site.name}
              more={site.address}
              onChoose={() => choose(site)}
            />
          ))}
          {rows.assets.map((asset) => (
            <Found
              key={asset.id}
              name={[asset.name, asset.serial].filter(Boolean).join(" · ")}
              more={sites.get(asset.site_id)?.name ?? ""}
              onChoose={() => choose(sites.get(asset.site_id), asset.id)}
            />
          ))}
        </ul>
      )}
    </div>
  );
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
