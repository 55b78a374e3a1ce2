import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { type ReactElement, Suspense, useEffect, useState } from "react";
import { type TicketFilters, type TicketSort, countFilters } from "../../app/filters.ts";
import { Icon, type IconName } from "../../app/icons.tsx";
import { part } from "../../app/part.tsx";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { PaneBoundary } from "../shell/PaneBoundary.tsx";

const FilterPopover = part(() => import("./FilterPopover.tsx"));

interface Props {
  rows: number;
  hasMore: boolean;
  onNewTicket: () => void;
}

export function FilterBar({ rows, hasMore, onNewTicket }: Props): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const { clearFilters } = useChoosing();
  const count = countFilters(filters);
  return (
    <div className="filter-bar">
      <div className="filter-head">
        <h2>{t("list.tickets")}</h2>
        <span className="quiet" role="status">
          {hasMore ? t("list.countMore", { count: rows }) : t("list.count", { count: rows })}
        </span>
        {count > 0 && (
          <button type="button" className="link-button" onClick={clearFilters}>
            {t("list.clear")}
          </button>
        )}
        <SortSelect />
        <ActionIcon
          className="filter-new"
          variant="filled"
          color="blue"
          aria-label={t("app.newTicketButton")}
          onClick={onNewTicket}
        >
          <Icon name="plus" />
        </ActionIcon>
      </div>
      <div className="filter-line">
        <Search />
        <PaneBoundary>
          <Suspense
            fallback={
              <Button variant="default" size="xs" leftSection={<Icon name="filter" size={14} />}>
                {t("list.filters")}
              </Button>
            }
          >
            <FilterPopover />
          </Suspense>
        </PaneBoundary>
      </div>
      <QuickFilters filters={filters} />
    </div>
  );
}

/** Typing goes into the address a moment later, and not into the history letter by letter. */
function Search(): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const { setFilters } = useChoosing();
  const [typed, setTyped] = useState(filters.text);
  const [known, setKnown] = useState(filters.text);
  if (filters.text !== known) {
    setKnown(filters.text);
    setTyped(filters.text);
  }
  useEffect(() => {
    if (typed === filters.text) return undefined;
    const timer = setTimeout(() => setFilters({ text: typed }, { replace: true }), 250);
    return () => clearTimeout(timer);
  }, [typed, filters.text, setFilters]);
  return (
    <TextInput
      className="filter-search"
      size="xs"
      type="search"
      data-ticket-search
      aria-label={t("list.search")}
      placeholder={t("list.searchHint")}
      leftSection={<Icon name="search" size={14} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

function SortSelect(): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const { setFilters } = useChoosing();
  return (
    <NativeSelect
      className="filter-sort"
      size="xs"
      aria-label={t("list.sort")}
      value={filters.sort}
      onChange={(event) => setFilters({ sort: event.currentTarget.value as TicketSort })}
      data={[
        { value: "newest", label: t("list.sort.newest") },
        { value: "due", label: t("list.sort.due") },
        { value: "priority", label: t("list.sort.priority") },
      ]}
    />
  );
}

function QuickFilters({ filters }: { filters: TicketFilters }): ReactElement {
  const { t } = useTexts();
  const { setFilters } = useChoosing();
  const isUrgent = filters.priorities.join() === "urgent";
  return (
    <div className="filter-chips" role="group" aria-label={t("list.quick")}>
      <Chip
        icon="user"
        isOn={filters.isUnassigned}
        onToggle={(on) => setFilters({ isUnassigned: on })}
      >
        {t("list.unassigned")}
      </Chip>
      <Chip icon="clock" isOn={filters.isLate} onToggle={(on) => setFilters({ isLate: on })}>
        {t("list.late")}
      </Chip>
      <Chip icon="bell" isOn={filters.hasAlarm} onToggle={(on) => setFilters({ hasAlarm: on })}>
        {t("list.alarm")}
      </Chip>
      <Chip
        icon="urgent"
        isOn={isUrgent}
        onToggle={(on) => setFilters({ priorities: on ? ["urgent"] : [] })}
      >
        {t("word.priority.urgent")}
      </Chip>
    </div>
  );
}

function Chip(props: {
  icon: IconName;
  isOn: boolean;
  onToggle: (on: boolean) => void;
  children: string;
}): ReactElement {
  return (
    <button
      type="button"
      className="chip"
      aria-pressed={props.isOn}
      onClick={() => props.onToggle(!props.isOn)}
    >
      <Icon name={props.icon} size={13} />
      {props.children}
    </button>
  );
}
