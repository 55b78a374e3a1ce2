import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useMe } from "../../app/me.ts";
import { useTexts } from "../../texts.ts";
import { SignInForm } from "./SignInForm.tsx";
import "./sign-in.css";

/** The session ended in the middle of the work: the same person goes on where they were. */
export function SignInAgain({ onOther }: { onOther: () => void }): ReactElement {
  const { t } = useTexts();
  const { data: me } = useMe();
  const client = useQueryClient();
  const login = me ? `${me.login}@${me.tenant.slug}` : undefined;
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("app.signInAgain")}
      centered
      zIndex={400}
    >
      <p className="quiet sign-in-why">{t("app.signInAgainWhy")}</p>
      <SignInForm
        {...(login ? { fixedLogin: login } : {})}
        onDone={() => void client.invalidateQueries()}
      />
      <Button variant="subtle" fullWidth mt="sm" onClick={onOther}>
        {t("app.signInOther")}
      </Button>
    </Modal>
  );
}
