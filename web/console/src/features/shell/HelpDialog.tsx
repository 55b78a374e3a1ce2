import { Checkbox, Modal } from "@mantine/core";
import type { ReactElement } from "react";
import { useTexts } from "../../texts.ts";
import { SHORTCUTS } from "./shortcuts.ts";
import { useLetters } from "./use-shortcuts.ts";

export function HelpDialog(props: { opened: boolean; onClose: () => void }): ReactElement {
  const { t } = useTexts();
  const [letters, setLetters] = useLetters();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t("app.help")}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered
    >
      <dl className="help-keys">
        {SHORTCUTS.map(({ key, action }) => (
          <div key={action}>
            <dt>
              <kbd>{key === "Escape" ? "Esc" : key}</kbd>
            </dt>
            <dd>{t(`app.key.${action}` as "app.key.help")}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t("app.helpDrag")}</p>
      <Checkbox
        label={t("app.letters")}
        checked={letters}
        onChange={(event) => setLetters(event.currentTarget.checked)}
      />
    </Modal>
  );
}
