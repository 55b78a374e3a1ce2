import { NativeSelect } from "@mantine/core";
import {
  getApiV1AssetModelsByModelIdFaultCodes,
  getApiV1Assets,
} from "@truckroll/shared/api/gen/sdk.gen.ts";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { allPages, take } from "../../app/api.ts";
import { keys } from "../../app/keys.ts";
import { useOpenTickets } from "../../app/queries.ts";
import { useTexts } from "../../texts.ts";
import { type NewTicketDraft, withFault } from "./new-ticket.ts";

interface Props {
  draft: NewTicketDraft;
  onChange: (change: Partial<NewTicketDraft>) => void;
}

/** What stands at the site, and which of its known faults it is. */
export function ChooseAsset({ draft, onChange }: Props): ReactElement {
  const { t } = useTexts();
  const siteId = draft.site?.id ?? "";
  const assets = useQuery({
    queryKey: keys.assetsAt(siteId),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(getApiV1Assets({ query: { site_id: siteId, is_archived: false, cursor, limit } })),
      ),
  }).data;
  const asset = assets?.find((row) => row.id === draft.assetId);
  const modelId = asset?.model_id ?? null;
  const faults = useQuery({
    queryKey: ["fault-codes", modelId],
    queryFn: () =>
      allPages((cursor, limit) =>
        take(
          getApiV1AssetModelsByModelIdFaultCodes({
            path: { model_id: modelId ?? "" },
            query: { cursor, limit },
          }),
        ),
      ),
    enabled: modelId !== null,
  }).data?.filter((fault) => fault.archived_at === null);
  const fault = faults?.find((row) => row.id === draft.faultCodeId);
  const open = (useOpenTickets().data ?? []).filter((row) => row.asset_id === draft.assetId).length;
  return (
    <>
      <div className="new-columns">
        <NativeSelect
          label={t("panel.new.asset")}
          value={draft.assetId}
          onChange={(event) => onChange({ assetId: event.currentTarget.value, faultCodeId: "" })}
          data={[
            { value: "", label: t("panel.new.noAsset") },
            ...(assets ?? []).map((row) => ({
              value: row.id,
              label: [row.name, row.serial].filter(Boolean).join(" · "),
            })),
          ]}
        />
        <NativeSelect
          label={t("panel.new.fault")}
          value={draft.faultCodeId}
          disabled={!faults}
          onChange={(event) => {
            const chosen = faults?.find((row) => row.id === event.currentTarget.value);
            onChange(withFault(draft, chosen ?? null));
          }}
          data={[
            { value: "", label: t("panel.new.noFault") },
            ...(faults ?? []).map((row) => ({ value: row.id, label: row.title })),
          ]}
        />
      </div>
      {draft.assetId && open > 0 && (
        <p className="notice notice-warn new-hint">
          {t("panel.new.open_already", { count: open })}
        </p>
      )}
      {fault?.needs_visit && <p className="quiet new-hint">{t("panel.new.visit")}</p>}
    </>
  );
}
