import { Modal } from "@mantine/core";
import { type ReactElement, Suspense } from "react";
import { part } from "../../app/part.tsx";
import { useTexts } from "../../texts.ts";
import { PaneBoundary } from "../shell/PaneBoundary.tsx";

const NewTicketForm = part(() => import("./NewTicketForm.tsx"));

export function NewTicket(props: { opened: boolean; onClose: () => void }): ReactElement {
  const { t } = useTexts();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t("panel.new")}
      closeButtonProps={{ "aria-label": t("word.close") }}
      size="lg"
    >
      <PaneBoundary>
        <Suspense fallback={<p className="quiet">{t("word.loading")}</p>}>
          <NewTicketForm onClose={props.onClose} />
        </Suspense>
      </PaneBoundary>
    </Modal>
  );
}
