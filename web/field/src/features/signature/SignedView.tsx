import { dayAndTime } from "@truckroll/shared/format.ts";
import type { SyncClient } from "@truckroll/sync-client";
import { useEffect, useRef } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { usePicture } from "../photos/pictures.ts";
import type { WorkOrderDocument } from "../work-order/documents.ts";
import { signedTextOf } from "./signed-text.ts";
import { SignedPaper } from "./SignedPaper.tsx";

interface Props {
  client: SyncClient;
  signOff: NonNullable<WorkOrderDocument["sign_off"]>;
  timezone: string;
  /** The form has just given way to this: the focus comes along. */
  isJustSigned: boolean;
}

/** Who has signed, when and what. */
export function SignedView({ client, signOff, timezone, isJustSigned }: Props) {
  const { t, locale } = useTexts();
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isJustSigned) result.current?.focus();
  }, [isJustSigned]);
  const text = signedTextOf(signOff.document);
  return (
    <div className="stack">
      <div ref={result} className="note ok signed-result" tabIndex={-1}>
        <Icon name="check" />
        <div>
          <strong>
            <bdi>{t("signature.signed-by", { name: signOff.signer_name })}</bdi>
          </strong>
          {isJustSigned && <p>{t("signature.kept")}</p>}
          {signOff.signed_at && (
            <p className="number">{dayAndTime(signOff.signed_at, locale, timezone)}</p>
          )}
        </div>
      </div>
      {signOff.attachment_id ? (
        <SignaturePicture client={client} id={signOff.attachment_id} name={signOff.signer_name} />
      ) : (
        <p className="quiet-text">{t("signature.by-name")}</p>
      )}
      {text && (
        <details className="signed-details">
          <summary>{t("signature.show-text")}</summary>
          <SignedPaper text={text} />
        </details>
      )}
    </div>
  );
}

function SignaturePicture({ client, id, name }: { client: SyncClient; id: string; name: string }) {
  const { t } = useTexts();
  const picture = usePicture(client, id, 1600);
  if (picture.state === "shown")
    return (
      <img className="signature-picture" src={picture.url} alt={t("signature.picture", { name })} />
    );
  return picture.state === "loading" ? null : <p className="quiet-text">{t("photos.away")}</p>;
}
