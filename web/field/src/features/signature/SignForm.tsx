import type { Locale } from "@truckroll/shared/locale.ts";
import { type FormEvent, useEffect, useId, useMemo, useRef } from "react";
import { useDraft } from "../../app/draft.ts";
import { useNow } from "../../app/live.ts";
import { texts, useTexts } from "../../texts.ts";
import { holdReload } from "../pwa/unsaved.ts";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { PadField } from "./PadField.tsx";
import type { SignatureSectionProps } from "./props.ts";
import { signedText } from "./signed-text.ts";
import { SignedPaper } from "./SignedPaper.tsx";
import { type Drawn, usePad } from "./use-pad.ts";
import { type SignFault, useSigning } from "./use-signing.ts";

/** What has been typed and drawn so far; it survives the app. */
interface Begun {
  name: string;
  isTyped: boolean;
  language: Locale | null;
  drawn: Drawn | null;
}

const NOTHING: Begun = { name: "", isTyped: false, language: null, drawn: null };

/** The text, the name and the field to sign in. */
export function SignForm(props: SignatureSectionProps) {
  const { client, workOrder } = props;
  const draft = useDraft<Begun>(client, `signature ${workOrder.id}`, NOTHING);
  if (!draft.isReady) return <div className="skeleton" aria-busy="true" />;
  return <ReadyForm {...props} begun={draft.value} set={draft.set} clear={draft.clear} />;
}

interface ReadyProps extends SignatureSectionProps {
  begun: Begun;
  set: (begun: Begun) => void;
  clear: () => void;
}

function ReadyForm(props: ReadyProps) {
  const { client, begun, set } = props;
  const { t, locale } = useTexts();
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const language = begun.language ?? locale;
  const text = useText(props, language);
  const change = (part: Partial<Begun>) => set({ ...begun, ...part });
  const pad = usePad(canvas, begun.drawn, (drawn) => change({ drawn }));
  const isDrawn = (begun.drawn?.strokes.length ?? 0) > 0;
  useEffect(() => (isDrawn ? holdReload("signature") : undefined), [isDrawn]);
  const { isBusy, fault, sign } = useSigning(client, () => {
    props.clear();
    props.onSigned?.();
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    void sign({ text, name: begun.name, drawn: begun.drawn, picture: pad.picture });
  }

  return (
    <form className="stack" noValidate onSubmit={submit}>
      <LanguageChoice chosen={language} onChoose={(chosen) => change({ language: chosen })} />
      <SignedPaper text={text} />
      <NameField id={id} begun={begun} fault={fault} onName={(name) => change({ name })} />
      <PadField
        canvas={canvas}
        pad={pad}
        isDrawn={isDrawn}
        isHidden={begun.isTyped}
        fault={fault === "empty" ? t("signature.empty") : ""}
      />
      <TypedInstead id={id} isTyped={begun.isTyped} onChange={(isTyped) => change({ isTyped })} />
      <p role="alert" className="fault-line">
        {(fault === "full" || fault === "failed") && t(`signature.${fault}`)}
      </p>
      <button type="submit" className="button primary wide tall" disabled={isBusy}>
        {t(isBusy ? "signature.saving" : "signature.save")}
      </button>
    </form>
  );
}

/** What is put before the customer now; the same object is drawn and signed. */
function useText(props: ReadyProps, language: Locale) {
  const { workOrder, timezone, summary, openSteps, client } = props;
  const { isTyped } = props.begun;
  const now = useNow();
  return useMemo(
    () =>
      signedText(
        workOrder.doc,
        {
          language,
          way: isTyped ? "typed" : "drawn",
          timezone,
          at: now,
          engineer: client.account.displayName,
          summary,
          openSteps,
        },
        texts(language),
      ),
    [workOrder.doc, language, isTyped, timezone, now, client, summary, openSteps],
  );
}

interface TypedProps {
  id: string;
  isTyped: boolean;
  onChange: (isTyped: boolean) => void;
}

/** For whoever cannot draw: the name counts as the signature. */
function TypedInstead({ id, isTyped, onChange }: TypedProps) {
  const { t } = useTexts();
  return (
    <label className="tick">
      <input
        type="checkbox"
        checked={isTyped}
        aria-describedby={`${id}-typed`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {t("signature.typed")}
        <small id={`${id}-typed`}>{t("signature.typed-hint")}</small>
      </span>
    </label>
  );
}

interface NameProps {
  id: string;
  begun: Begun;
  fault: SignFault | null;
  onName: (name: string) => void;
}

function NameField({ id, begun, fault, onName }: NameProps) {
  const { t } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  const isMissing = fault === "name-missing" && begun.name.trim() === "";
  useEffect(() => {
    if (fault === "name-missing") input.current?.focus();
  }, [fault]);
  return (
    <div className="field">
      <label htmlFor={`${id}-name`}>{t("signature.name")}</label>
      <input
        ref={input}
        id={`${id}-name`}
        type="text"
        dir="auto"
        autoComplete="off"
        autoCapitalize="words"
        maxLength={200}
        value={begun.name}
        aria-invalid={isMissing}
        aria-describedby={`${id}-name-fault`}
        onChange={(event) => onName(event.target.value)}
      />
      <p id={`${id}-name-fault`} role="alert" className="fault">
        {isMissing && t("signature.name-missing")}
      </p>
    </div>
  );
}
