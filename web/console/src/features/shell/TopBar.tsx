import { ActionIcon, Button, Tooltip } from "@mantine/core";
import type { ReactElement } from "react";
import { Icon, type IconName } from "../../app/icons.tsx";
import type { LiveStatus } from "../../app/live.ts";
import type { Me } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { DayPicker } from "./DayPicker.tsx";
import { LiveMark } from "./LiveMark.tsx";
import { UserMenu } from "./UserMenu.tsx";
import { type Pane, toggled } from "./layout.ts";
import { setLayout, useLayout } from "./use-layout.ts";
import "./top-bar.css";

interface Props {
  me: Me;
  status: LiveStatus;
  onLeave: () => void;
  onHelp: () => void;
  onNewTicket: () => void;
}

export function TopBar({ me, status, onLeave, onHelp, onNewTicket }: Props): ReactElement {
  const { t } = useTexts();
  return (
    <header className="top-bar">
      <h1 className="top-name">
        <img src="/console/icon.svg" alt="" width={24} height={24} />
        <span className="truncate">{me.tenant.name}</span>
      </h1>
      <Button
        size="compact-sm"
        className="top-new"
        leftSection={<Icon name="plus" size={14} />}
        onClick={onNewTicket}
      >
        {t("app.newTicketButton")}
      </Button>
      <DayPicker />
      <PaneToggles />
      <div className="top-space" />
      <LiveMark status={status} />
      <ActionIcon variant="subtle" className="top-help" aria-label={t("app.help")} onClick={onHelp}>
        <Icon name="keyboard" />
      </ActionIcon>
      <UserMenu me={me} onLeave={onLeave} onHelp={onHelp} />
    </header>
  );
}

const PANES: { pane: Pane; icon: IconName }[] = [
  { pane: "list", icon: "list" },
  { pane: "map", icon: "map" },
  { pane: "timeline", icon: "timeline" },
];

function PaneToggles(): ReactElement {
  const { t } = useTexts();
  const { hidden } = useLayout();
  return (
    <div className="pane-toggles" role="group" aria-label={t("app.panes")}>
      {PANES.map(({ pane, icon }) => {
        const name = t(`app.pane.${pane}` as "app.pane.list");
        return (
          <Tooltip key={pane} label={name} withArrow>
            <ActionIcon
              variant="subtle"
              aria-label={name}
              aria-pressed={!hidden.includes(pane)}
              onClick={() => setLayout((before) => toggled(before, pane))}
            >
              <Icon name={icon} />
            </ActionIcon>
          </Tooltip>
        );
      })}
    </div>
  );
}
