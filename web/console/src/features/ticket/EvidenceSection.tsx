import { Button, Modal } from "@mantine/core";
import { signedFetch } from "@truckroll/shared/session.ts";
import { failureOf } from "@truckroll/shared/problem.ts";
import { dayAndTime } from "@truckroll/shared/format.ts";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useMemo, useState } from "react";
import { ApiError } from "../../app/api.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { Icon } from "../../app/icons.tsx";
import { useZone } from "../../app/me.ts";
import type { Attachment, WorkOrder } from "../../app/records.ts";
import { bytesText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { SignedText } from "./SignedText.tsx";
import { Section } from "./Section.tsx";
import { useAttachments } from "./queries.ts";
import "./evidence.css";

/** Photos and the signature, and whether they are safe here or still on the phone. */
export function EvidenceSection({ workOrder }: { workOrder: WorkOrder }): ReactElement | null {
  const { t } = useTexts();
  const { data, error, refetch } = useAttachments("work_order", workOrder.id);
  const [shown, setShown] = useState<Attachment | null>(null);
  if (error && !data) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  const files = data ?? [];
  const signature = files.find((file) => file.id === workOrder.sign_off?.attachment_id);
  const photos = files.filter((file) => file.kind !== "signature");
  if (photos.length === 0 && !workOrder.sign_off) return null;
  return (
    <Section title={t("panel.evidence", { count: photos.length })} icon="photo">
      {photos.length > 0 && (
        <ul className="photos">
          {photos.map((photo) => (
            <li key={photo.id}>
              <Thumbnail file={photo} onOpen={() => setShown(photo)} />
              <FileState file={photo} />
            </li>
          ))}
        </ul>
      )}
      {workOrder.sign_off && <SignOff workOrder={workOrder} signature={signature} />}
      {shown && <FullView file={shown} onClose={() => setShown(null)} />}
    </Section>
  );
}

/** Pictures need the session, so they come by fetch and not by address. */
function usePicture(path: string | null) {
  const query = useQuery({
    queryKey: ["picture", path],
    queryFn: async () => {
      const answer = await signedFetch(path ?? "");
      if (!answer.ok) throw new ApiError(failureOf(answer, await answer.json().catch(() => null)));
      return answer.blob();
    },
    enabled: path !== null,
    staleTime: Infinity,
  });
  const url = useMemo(() => (query.data ? URL.createObjectURL(query.data) : null), [query.data]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  return { ...query, url };
}

/** Where the largest picture of a file is that every browser can show. */
function largestOf(file: Attachment): string {
  const size = file.thumbnails.at(-1);
  return `/api/v1/attachments/${file.id}/${size ? `thumbnail?size=${size}` : "content"}`;
}

function Thumbnail({ file, onOpen }: { file: Attachment; onOpen: () => void }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const isHere = file.state === "stored";
  const size = file.thumbnails.find((edge) => edge >= 240) ?? file.thumbnails.at(-1);
  const path = isHere && size ? `/api/v1/attachments/${file.id}/thumbnail?size=${size}` : null;
  const { url } = usePicture(path);
  const label = t("panel.photoOf", { time: dayAndTime(file.taken_at, locale, zone) });
  return (
    <button
      type="button"
      className="photo"
      aria-label={label}
      title={label}
      disabled={!isHere}
      onClick={onOpen}
    >
      {url ? <img src={url} alt="" /> : <Icon name="photo" size={22} />}
    </button>
  );
}

function FileState({ file }: { file: Attachment }): ReactElement {
  const { t } = useTexts();
  if (file.state === "refused")
    return <span className="mark tone-plain-bad">{t("panel.file.refused")}</span>;
  if (file.state === "awaiting_blob")
    return <span className="mark tone-plain-warn">{t("panel.file.onPhone")}</span>;
  return file.receipted_at ? (
    <span className="mark tone-plain-ok">
      <Icon name="check" size={12} />
      {t("panel.file.receipted")}
    </span>
  ) : (
    <span className="mark tone-plain-ok">{t("panel.file.stored")}</span>
  );
}

function FullView({ file, onClose }: { file: Attachment; onClose: () => void }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const picture = usePicture(largestOf(file));
  return (
    <Modal
      opened
      onClose={onClose}
      size="auto"
      centered
      title={t("panel.photoOf", { time: dayAndTime(file.taken_at, locale, zone) })}
      closeButtonProps={{ "aria-label": t("word.close") }}
    >
      {picture.error ? (
        <FailureNotice error={picture.error} onRetry={() => void picture.refetch()} />
      ) : picture.url ? (
        <img className="photo-full" src={picture.url} alt={file.name} />
      ) : (
        <p className="quiet">{t("word.loading")}</p>
      )}
      <p className="photo-facts quiet">
        <span>{t("panel.takenBy", { name: file.added_by_name })}</span>
        <span>{bytesText(file.size, locale)}</span>
        <FileState file={file} />
        <Download file={file} />
      </p>
    </Modal>
  );
}

function Download({ file }: { file: Attachment }): ReactElement {
  const { t } = useTexts();
  const [error, setError] = useState<unknown>(null);
  async function save() {
    try {
      const answer = await signedFetch(`/api/v1/attachments/${file.id}/content`);
      if (!answer.ok) throw new ApiError(failureOf(answer, await answer.json().catch(() => null)));
      const url = URL.createObjectURL(await answer.blob());
      const link = document.createElement("a");
      Object.assign(link, { href: url, download: file.name || "photo" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (reason) {
      setError(reason);
    }
  }
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => void save()}>
        {t("panel.original")}
      </Button>
      {error !== null && <FailureNotice error={error} />}
    </>
  );
}

function SignOff(props: { workOrder: WorkOrder; signature: Attachment | undefined }): ReactElement {
  const { workOrder, signature } = props;
  const { t, locale } = useTexts();
  const zone = useZone();
  const isHere = signature?.state === "stored";
  const { url } = usePicture(signature && isHere ? largestOf(signature) : null);
  const signed = workOrder.sign_off;
  if (!signed) return <></>;
  return (
    <div className="sign-off">
      <h4>{t("panel.signature")}</h4>
      {url && <img src={url} alt={t("panel.signatureOf", { name: signed.signer_name })} />}
      {signature && !isHere && <FileState file={signature} />}
      <p>
        {t("panel.signedBy", {
          name: signed.signer_name,
          time: dayAndTime(signed.signed_at, locale, zone),
        })}
        {signature && isHere && (
          <>
            {" "}
            <FileState file={signature} />
          </>
        )}
      </p>
      <SignedText document={signed.document as Record<string, unknown>} />
    </div>
  );
}
