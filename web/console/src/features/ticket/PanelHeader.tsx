import { ActionIcon, Button, Menu } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { Icon } from "../../app/icons.tsx";
import { DueMark, PriorityMark, TicketStateMark } from "../../app/marks.tsx";
import { useMay } from "../../app/me.ts";
import { type Ticket, isSettled } from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { showPane } from "../shell/use-layout.ts";
import { EditTicket } from "./EditTicket.tsx";
import { MoveTicket } from "./MoveTicket.tsx";
import { type Move, type TicketAction, ticketMoves } from "./moves.ts";

/** What the ticket is called, how it stands, and the next step. */
export function PanelHeader({ ticket }: { ticket: Ticket }): ReactElement {
  const { t } = useTexts();
  const { selectTicket } = useChoosing();
  const [move, setMove] = useState<Move<TicketAction> | null>(null);
  const [isEditing, setEditing] = useState(false);
  function close() {
    const row = document.querySelector<HTMLElement>(`[data-ticket="${ticket.id}"] a`);
    selectTicket(null);
    showPane("list");
    row?.focus();
  }
  return (
    <header className="panel-head">
      <div className="panel-marks">
        <span className="panel-number">{t("word.ticketNumber", { number: ticket.number })}</span>
        <TicketStateMark state={ticket.state} />
        <PriorityMark priority={ticket.priority} />
        <DueMark dueAt={ticket.due_at} isSettled={isSettled(ticket)} />
        <ActionIcon
          variant="subtle"
          className="panel-close"
          aria-label={t("panel.close")}
          onClick={close}
        >
          <Icon name="close" />
        </ActionIcon>
      </div>
      <h2 id="ticket-title">{ticket.title}</h2>
      <Steps ticket={ticket} onMove={setMove} onEdit={() => setEditing(true)} />
      {move && <MoveTicket ticket={ticket} move={move} onClose={() => setMove(null)} />}
      {isEditing && <EditTicket ticket={ticket} onClose={() => setEditing(false)} />}
    </header>
  );
}

function Steps(props: {
  ticket: Ticket;
  onMove: (move: Move<TicketAction>) => void;
  onEdit: () => void;
}): ReactElement | null {
  const { t } = useTexts();
  const mayChange = useMay("tickets.change");
  if (!mayChange) return null;
  const moves = ticketMoves(props.ticket.state);
  const others = moves.filter((move) => !move.isMain);
  return (
    <div className="panel-steps">
      {moves
        .filter((move) => move.isMain)
        .map((move) => (
          <Button
            key={move.action}
            size="compact-sm"
            variant="default"
            onClick={() => props.onMove(move)}
          >
            {t(`panel.move.${move.action}`)}
          </Button>
        ))}
      <Button size="compact-sm" variant="default" onClick={props.onEdit}>
        {t("panel.edit")}
      </Button>
      {others.length > 0 && (
        <Menu position="bottom-start" withArrow returnFocus withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon variant="default" size={26} aria-label={t("panel.moreSteps")}>
              <Icon name="more" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((move) => (
              <Menu.Item key={move.action} onClick={() => props.onMove(move)}>
                {t(`panel.move.${move.action}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
