import type { Failure } from "@truckroll/shared/problem.ts";
import { type FormEvent, type RefObject, useId, useRef, useState } from "react";
import { enter } from "../../app/accounts.ts";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { pwa } from "../pwa/pwa.ts";
import { faultOf, waitMinutes } from "./failure-words.ts";

interface Props {
  login: string;
  /** A new sign-in of the same engineer: only the password is asked. */
  isLoginFixed?: boolean;
  onDone?: () => void;
}

/** Login and password. What was typed stays after a failure. */
export function SignInForm({ login: given, isLoginFixed = false, onDone }: Props) {
  const { t } = useTexts();
  const id = useId();
  const [login, setLogin] = useState(given);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isMissing, setMissing] = useState(false);
  const loginField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isBusy) return;
    const empty = login.trim() === "" ? loginField : password === "" ? passwordField : null;
    setMissing(empty !== null);
    if (empty) {
      setFailure(null);
      return empty.current?.focus();
    }
    setBusy(true);
    setFailure(null);
    // Asked here, because some browsers listen to it only right after a tap.
    void pwa.persist().catch(() => false);
    const refused = await enter(login, password);
    setBusy(false);
    setFailure(refused);
    if (refused) passwordField.current?.focus();
    else onDone?.();
  }

  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      {!isLoginFixed && <LoginField id={id} field={loginField} value={login} onChange={setLogin} />}
      <PasswordField
        id={`${id}-password`}
        field={passwordField}
        value={password}
        isWrong={failure !== null && faultOf(failure) === "wrong"}
        onChange={setPassword}
      />
      <div role="alert">
        {isMissing && <p className="fault-line">{t("sign-in.missing")}</p>}
        {failure && <Fault failure={failure} />}
      </div>
      <button type="submit" className="button primary tall wide" aria-disabled={isBusy}>
        {isBusy ? t("sign-in.busy") : t("sign-in.submit")}
      </button>
    </form>
  );
}

interface FieldProps {
  id: string;
  field: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
}

function LoginField({ id, field, value, onChange }: FieldProps) {
  const { t } = useTexts();
  return (
    <div className="field">
      <label htmlFor={`${id}-login`}>{t("sign-in.login")}</label>
      <input
        ref={field}
        id={`${id}-login`}
        name="username"
        type="text"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        aria-required="true"
        dir="ltr"
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <span id={`${id}-hint`} className="hint">
        {t("sign-in.login.hint")}
      </span>
    </div>
  );
}

function PasswordField({ id, field, value, isWrong, onChange }: FieldProps & { isWrong: boolean }) {
  const { t } = useTexts();
  const [isShown, setShown] = useState(false);
  return (
    <div className="field">
      <label htmlFor={id}>{t("sign-in.password")}</label>
      <div className="row nowrap">
        <input
          ref={field}
          id={id}
          className="grow"
          name="password"
          type={isShown ? "text" : "password"}
          autoComplete="current-password"
          aria-required="true"
          dir="ltr"
          value={value}
          aria-invalid={isWrong}
          onChange={(event) => onChange(event.target.value)}
        />
        <button
          type="button"
          className="button quiet"
          aria-pressed={isShown}
          aria-label={t("sign-in.show-password")}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t("sign-in.hide") : t("sign-in.show")}
        </button>
      </div>
    </div>
  );
}

function Fault({ failure }: { failure: Failure }) {
  const { t } = useTexts();
  const fault = faultOf(failure);
  return (
    <div className="note bad">
      <Icon name={fault === "offline" ? "offline" : "alert"} />
      <div>{t(`sign-in.fault.${fault}`, { minutes: waitMinutes(failure) })}</div>
    </div>
  );
}
