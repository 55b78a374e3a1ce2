import { useState } from "react";
import type { SignatureSectionProps } from "./props.ts";
import "./signature.css";
import { SignedView } from "./SignedView.tsx";
import { SignForm } from "./SignForm.tsx";

/** The customer's signature: what there is to sign and the field for it, or what was signed. */
export function SignatureSection(props: SignatureSectionProps) {
  const { client, workOrder, timezone } = props;
  const [isJustSigned, setJustSigned] = useState(false);
  function signed() {
    setJustSigned(true);
    props.onSigned?.();
  }
  const { sign_off } = workOrder.doc;
  return sign_off ? (
    <SignedView
      client={client}
      signOff={sign_off}
      timezone={timezone}
      isJustSigned={isJustSigned}
    />
  ) : (
    <SignForm {...props} onSigned={signed} />
  );
}
