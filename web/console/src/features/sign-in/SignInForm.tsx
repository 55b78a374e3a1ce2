import { Button, PasswordInput, TextInput } from "@mantine/core";
import type { Failure } from "@truckroll/shared/problem.ts";
import { type FormEvent, type ReactElement, type RefObject, useRef, useState } from "react";
import { ApiError } from "../../app/api.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { enterSession } from "../../app/leaving.ts";
import { useTexts } from "../../texts.ts";

interface Props {
  /** A login that cannot be changed: the same person signs in again. */
  fixedLogin?: string;
  onDone?: () => void;
}

/** Name and password; what was typed stays whatever the server answers. */
export function SignInForm({ fixedLogin, onDone }: Props): ReactElement {
  const { t } = useTexts();
  const [login, setLogin] = useState(fixedLogin ?? "");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    const refused = await enterSession(login.trim(), password);
    setBusy(false);
    setFailure(refused);
    if (refused) field.current?.select();
    else onDone?.();
  }

  return (
    <form className="sign-in-form" onSubmit={(event) => void submit(event)}>
      {failure && <FailureNotice error={new ApiError(failure)} />}
      <TextInput
        label={t("app.login")}
        placeholder={t("app.loginExample")}
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
        readOnly={fixedLogin !== undefined}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        data-autofocus={fixedLogin === undefined || undefined}
        size="md"
      />
      <PasswordField
        field={field}
        value={password}
        onChange={setPassword}
        isFirst={fixedLogin !== undefined}
      />
      <Button type="submit" size="md" fullWidth loading={isBusy} mt={4}>
        {t("app.signIn")}
      </Button>
    </form>
  );
}

interface PasswordProps {
  field: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
  /** Nothing before it has to be filled in. */
  isFirst: boolean;
}

function PasswordField({ field, value, onChange, isFirst }: PasswordProps): ReactElement {
  const { t } = useTexts();
  return (
    <PasswordInput
      ref={field}
      label={t("app.password")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="current-password"
      required
      withAsterisk={false}
      data-autofocus={isFirst || undefined}
      visibilityToggleButtonProps={{ "aria-label": t("app.showPassword") }}
      size="md"
    />
  );
}
