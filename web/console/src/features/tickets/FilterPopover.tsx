import { Button, Checkbox, NativeSelect, Popover } from "@mantine/core";
import type { ReactElement } from "react";
import { countFilters } from "../../app/filters.ts";
import { Icon } from "../../app/icons.tsx";
import { useEngineers, useSites, useTerritories } from "../../app/queries.ts";
import { PRIORITIES, TICKET_STATES } from "../../app/records.ts";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";

/** All filters in one place; each takes effect at once. */
export default function FilterPopover(): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const count = countFilters(filters);
  return (
    <Popover position="bottom-end" trapFocus returnFocus withArrow width={300} shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant={count > 0 ? "light" : "default"}
          leftSection={<Icon name="filter" size={14} />}
        >
          {count > 0 ? t("list.filtersOn", { count }) : t("list.filters")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="filter-all" aria-label={t("list.filters")}>
        <States />
        <Priorities />
        <Where />
      </Popover.Dropdown>
    </Popover>
  );
}

function States(): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const { setFilters } = useChoosing();
  return (
    <fieldset>
      <legend>{t("list.column.state")}</legend>
      {TICKET_STATES.map((state) => (
        <Checkbox
          key={state}
          size="xs"
          label={t(`word.ticket.${state}`)}
          checked={filters.states.length === 0 || filters.states.includes(state)}
          onChange={() => setFilters({ states: flipped(filters.states, TICKET_STATES, state) })}
        />
      ))}
    </fieldset>
  );
}

function Priorities(): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const { setFilters } = useChoosing();
  return (
    <fieldset>
      <legend>{t("list.column.priority")}</legend>
      {PRIORITIES.map((priority) => (
        <Checkbox
          key={priority}
          size="xs"
          label={t(`word.priority.${priority}`)}
          checked={filters.priorities.length === 0 || filters.priorities.includes(priority)}
          onChange={() =>
            setFilters({ priorities: flipped(filters.priorities, PRIORITIES, priority) })
          }
        />
      ))}
    </fieldset>
  );
}

/** None chosen means all; so a full choice, or an empty one, is written as none. */
function flipped<T>(chosen: T[], all: readonly T[], value: T): T[] {
  const now = chosen.length === 0 ? [...all] : chosen;
  const next = now.includes(value) ? now.filter((other) => other !== value) : [...now, value];
  return next.length === all.length ? [] : next;
}

function Where(): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const { setFilters } = useChoosing();
  const territories = useTerritories().data ?? [];
  const engineers = useEngineers().data ?? [];
  const sites = useSites().data ?? [];
  const any = { value: "", label: t("list.any") };
  const options = (rows: { id: string; name: string }[]) => [
    any,
    ...rows.map((row) => ({ value: row.id, label: row.name })),
  ];
  return (
    <div className="filter-where">
      <NativeSelect
        size="xs"
        label={t("list.territory")}
        value={filters.territoryId ?? ""}
        onChange={(event) => setFilters({ territoryId: event.currentTarget.value || null })}
        data={options(territories)}
      />
      <NativeSelect
        size="xs"
        label={t("list.engineer")}
        value={filters.engineerId ?? ""}
        onChange={(event) => setFilters({ engineerId: event.currentTarget.value || null })}
        data={options(engineers)}
      />
      <NativeSelect
        size="xs"
        label={t("list.column.site")}
        value={filters.siteId ?? ""}
        onChange={(event) => setFilters({ siteId: event.currentTarget.value || null })}
        data={options(sites)}
      />
    </div>
  );
}
