import { ActionIcon, Menu } from "@mantine/core";
import { type ReactElement, useRef, useState } from "react";
import { Icon } from "../../app/icons.tsx";
import { notifyDone } from "../../app/notices.ts";
import { type Ticket, isFinished } from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";

/** What can be done with a row; the menu exists only while it is open, rows are many. */
export function RowMenu({ ticket }: { ticket: Ticket }): ReactElement {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const label = t("list.actionsOf", { number: ticket.number });
  /** The button is made anew when the menu goes, so the focus is put back by hand. */
  function close() {
    setOpen(false);
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) place.current?.querySelector("button")?.focus();
    });
  }
  const dots = (
    <ActionIcon
      variant="subtle"
      size="sm"
      aria-label={label}
      aria-haspopup="menu"
      onClick={() => setOpen(true)}
    >
      <Icon name="more" />
    </ActionIcon>
  );
  return (
    <span ref={place} onClick={(event) => event.stopPropagation()}>
      {isOpen ? (
        <Menu
          opened
          onChange={close}
          position="bottom-end"
          withArrow
          withInitialFocusPlaceholder={false}
        >
          <Menu.Target>{dots}</Menu.Target>
          <Menu.Dropdown>
            <Items ticket={ticket} />
          </Menu.Dropdown>
        </Menu>
      ) : (
        dots
      )}
    </span>
  );
}

function Items({ ticket }: { ticket: Ticket }): ReactElement {
  const { t } = useTexts();
  const { selectTicket, setFilters, selectEngineer } = useChoosing();
  const work = ticket.work_order;
  const canAssign = work && !isFinished(work);
  const engineerId = work?.engineer_id;
  function assign() {
    selectTicket(ticket.id);
    // The ranking arrives a moment later than the panel.
    setTimeout(() => document.querySelector<HTMLElement>("[data-assign-first]")?.focus(), 900);
  }
  function copy() {
    const address = `${location.origin}/console/?ticket=${ticket.id}`;
    void navigator.clipboard?.writeText(address).then(() => notifyDone(t("list.copied")));
  }
  return (
    <>
      <Menu.Item onClick={() => selectTicket(ticket.id)}>{t("list.open")}</Menu.Item>
      {canAssign && <Menu.Item onClick={assign}>{t("list.assign")}</Menu.Item>}
      {engineerId && (
        <Menu.Item onClick={() => selectEngineer(engineerId)}>{t("list.showEngineer")}</Menu.Item>
      )}
      {ticket.site_id && (
        <Menu.Item onClick={() => setFilters({ siteId: ticket.site_id, states: [] })}>
          {t("list.sameSite")}
        </Menu.Item>
      )}
      <Menu.Item onClick={copy}>{t("list.copyLink")}</Menu.Item>
    </>
  );
}
