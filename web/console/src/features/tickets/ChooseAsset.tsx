import { NativeSelect } from "@mantine/core";
import {
  getApiV1AssetModelsByModelIdFaultCodes,
  getApiV1Assets,
} from "@truckroll/shared/api/gen/sdk.gen.ts";
import type { FaultCode } from "@truckroll/shared/api/gen/types.gen.ts";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { allPages, take } from "../../app/api.ts";
import { keys } from "../../app/keys.ts";
import { useOpenTickets } from "../../app/queries.ts";
import type { Asset } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { type NewTicketDraft, withFault } from "./new-ticket.ts";

interface Props {
  draft: NewTicketDraft;
  onChange: (change: Partial<NewTicketDraft>) => void;
}

/** What stands at the site, and which of its known faults it is. */
export function ChooseAsset({ draft, onChange }: Props): ReactElement {
  const assets = useAssetsAt(draft.site?.id ?? "");
  const asset = assets.find((row) => row.id === draft.assetId);
  const faults = useFaultsOf(asset?.model_id ?? null);
  return (
    <>
      <div className="new-columns">
        <AssetSelect assets={assets} draft={draft} onChange={onChange} />
        <FaultSelect faults={faults} draft={draft} onChange={onChange} />
      </div>
      {draft.assetId && <KnownAlready assetId={draft.assetId} />}
      {isVisitNeeded(faults, draft.faultCodeId) && <VisitHint />}
    </>
  );
}

function useAssetsAt(siteId: string): Asset[] {
  const { data } = useQuery({
    queryKey: keys.assetsAt(siteId),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(getApiV1Assets({ query: { site_id: siteId, is_archived: false, cursor, limit } })),
      ),
  });
  return data ?? [];
}

/** The faults that may be chosen for a model; undefined until they are known. */
function useFaultsOf(modelId: string | null): FaultCode[] | undefined {
  const { data } = useQuery({
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
  });
  return data?.filter((fault) => fault.archived_at === null);
}

function isVisitNeeded(faults: FaultCode[] | undefined, id: string): boolean {
  return faults?.find((row) => row.id === id)?.needs_visit ?? false;
}

function AssetSelect({ assets, draft, onChange }: Props & { assets: Asset[] }): ReactElement {
  const { t } = useTexts();
  return (
    <NativeSelect
      label={t("panel.new.asset")}
      value={draft.assetId}
      onChange={(event) => onChange({ assetId: event.currentTarget.value, faultCodeId: "" })}
      data={[
        { value: "", label: t("panel.new.noAsset") },
        ...assets.map((row) => ({
          value: row.id,
          label: [row.name, row.serial].filter(Boolean).join(" · "),
        })),
      ]}
    />
  );
}

function FaultSelect(props: Props & { faults: FaultCode[] | undefined }): ReactElement {
  const { faults, draft, onChange } = props;
  const { t } = useTexts();
  return (
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
  );
}

/** Somebody else may have reported the same. */
function KnownAlready({ assetId }: { assetId: string }): ReactElement | null {
  const { t } = useTexts();
  const count = (useOpenTickets().data ?? []).filter((row) => row.asset_id === assetId).length;
  if (count === 0) return null;
  return <p className="notice notice-warn new-hint">{t("panel.new.open_already", { count })}</p>;
}

function VisitHint(): ReactElement {
  const { t } = useTexts();
  return <p className="quiet new-hint">{t("panel.new.visit")}</p>;
}
