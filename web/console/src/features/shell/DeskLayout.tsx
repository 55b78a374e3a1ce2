import { Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type CSSProperties, type ReactElement, Suspense, useEffect } from "react";
import { Icon, type IconName } from "../../app/icons.tsx";
import { part } from "../../app/part.tsx";
import { useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { TicketList } from "../tickets/TicketList.tsx";
import { PaneBoundary } from "./PaneBoundary.tsx";
import { Divider } from "./Divider.tsx";
import { type Layout, type Pane } from "./layout.ts";
import { showPane, useLayout, useNarrowPane } from "./use-layout.ts";
import "./layout.css";

const MapPane = part(() => import("../map/MapPane.tsx"));
const TimelinePane = part(() => import("../timeline/TimelinePane.tsx"));
const TicketPanel = part(() => import("../ticket/TicketPanel.tsx"));

/** List, map, ticket and timeline side by side; one at a time where there is no room. */
export function DeskLayout({ onNewTicket }: { onNewTicket: () => void }): ReactElement {
  const isNarrow = useMediaQuery("(max-width: 759px)", undefined, {
    getInitialValueInEffect: false,
  });
  const { ticketId } = useSelection();
  useEffect(() => {
    if (ticketId) showPane("panel");
  }, [ticketId]);
  return isNarrow ? (
    <NarrowDesk ticketId={ticketId} onNewTicket={onNewTicket} />
  ) : (
    <WideDesk ticketId={ticketId} onNewTicket={onNewTicket} />
  );
}

interface Props {
  ticketId: string | null;
  onNewTicket: () => void;
}

function WideDesk({ ticketId, onNewTicket }: Props): ReactElement {
  const { t } = useTexts();
  const layout = useLayout();
  const shows = (pane: Pane) => !layout.hidden.includes(pane);
  return (
    <div className="panes" style={sizes(layout)} data-panes={shownPanes(layout, ticketId)}>
      {shows("list") && (
        <Section pane="list">
          <TicketList onNewTicket={onNewTicket} />
        </Section>
      )}
      {shows("list") && shows("map") && <Divider side="list" label={t("app.resizeList")} />}
      {shows("map") && (
        <Section pane="map">
          <Suspense fallback={<PaneSkeleton />}>
            <MapPane />
          </Suspense>
        </Section>
      )}
      {ticketId && <Divider side="panel" label={t("app.resizeTicket")} />}
      {ticketId && <PanelSection ticketId={ticketId} />}
      {shows("timeline") && <Divider side="timeline" label={t("app.resizeTimeline")} />}
      {shows("timeline") && (
        <Section pane="timeline">
          <Suspense fallback={<PaneSkeleton />}>
            <TimelinePane />
          </Suspense>
        </Section>
      )}
    </div>
  );
}

function PanelSection({ ticketId }: { ticketId: string }): ReactElement {
  return (
    <Section pane="panel">
      <Suspense fallback={<PaneSkeleton />}>
        <TicketPanel key={ticketId} ticketId={ticketId} />
      </Suspense>
    </Section>
  );
}

const TABS: { pane: Pane; icon: IconName }[] = [
  { pane: "list", icon: "list" },
  { pane: "map", icon: "map" },
  { pane: "panel", icon: "panel" },
  { pane: "timeline", icon: "timeline" },
];

function NarrowDesk({ ticketId, onNewTicket }: Props): ReactElement {
  const { t } = useTexts();
  const pane = useNarrowPane();
  return (
    <div className="stack-panes">
      <div className="stack-pane">
        {pane === "list" && (
          <Section pane="list">
            <TicketList onNewTicket={onNewTicket} />
          </Section>
        )}
        {pane === "panel" && ticketId && <PanelSection ticketId={ticketId} />}
        {pane === "panel" && !ticketId && (
          <Section pane="panel">
            <p className="stack-hint">{t("app.chooseTicket")}</p>
          </Section>
        )}
        {pane === "map" && (
          <Section pane="map">
            <Suspense fallback={<PaneSkeleton />}>
              <MapPane />
            </Suspense>
          </Section>
        )}
        {pane === "timeline" && (
          <Section pane="timeline">
            <Suspense fallback={<PaneSkeleton />}>
              <TimelinePane />
            </Suspense>
          </Section>
        )}
      </div>
      <nav className="stack-tabs" aria-label={t("app.panes")}>
        {TABS.map((tab) => (
          <button
            key={tab.pane}
            type="button"
            aria-current={pane === tab.pane ? "page" : undefined}
            onClick={() => showPane(tab.pane)}
          >
            <Icon name={tab.icon} size={18} />
            {t(`app.pane.${tab.pane}` as "app.pane.list")}
          </button>
        ))}
      </nav>
    </div>
  );
}

function Section(props: { pane: Pane; children: ReactElement }): ReactElement {
  const { t } = useTexts();
  const isMain = props.pane === "list";
  const Tag = isMain ? "main" : "section";
  return (
    <Tag
      id={props.pane}
      className={`pane pane-${props.pane}`}
      aria-label={t(`app.pane.${props.pane}` as "app.pane.list")}
      tabIndex={-1}
    >
      <PaneBoundary>{props.children}</PaneBoundary>
    </Tag>
  );
}

function PaneSkeleton(): ReactElement {
  return (
    <div className="pane-skeleton" aria-busy="true">
      <Skeleton height={18} width="40%" />
      <Skeleton height={12} mt={14} />
      <Skeleton height={12} mt={10} width="80%" />
    </div>
  );
}

function sizes(layout: Layout): CSSProperties {
  return {
    "--list": `${layout.list}px`,
    "--panel": `${layout.panel}px`,
    "--timeline": `${layout.timeline}px`,
  } as CSSProperties;
}

function shownPanes(layout: Layout, ticketId: string | null): string {
  const panes: Pane[] = ["list", "map", "timeline"];
  const shown = panes.filter((pane) => !layout.hidden.includes(pane));
  return [...shown, ...(ticketId ? ["panel"] : [])].join(" ");
}
