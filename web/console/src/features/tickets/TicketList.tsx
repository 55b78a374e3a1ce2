import { Button, Skeleton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, type RefObject } from "react";
import { Empty, FailureNotice } from "../../app/FailureNotice.tsx";
import { countFilters, statesMeant } from "../../app/filters.ts";
import type { Ticket } from "../../app/records.ts";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { FilterBar } from "./FilterBar.tsx";
import { TicketRow } from "./TicketRow.tsx";
import { useTickets } from "./use-tickets.ts";
import "./tickets.css";

/** So wide, and a row is one line of a table; narrower it is a card of three lines. */
const TABLE_WIDTH = 860;
const CARD_HEIGHT = 82;
const LINE_HEIGHT = 40;
/** The next page is asked for this many rows before the end. */
const AHEAD = 15;

export function TicketList({ onNewTicket }: { onNewTicket: () => void }): ReactElement {
  const { t } = useTexts();
  const { filters } = useSelection();
  const list = useTickets(filters);
  const { ref, width } = useElementSize();
  return (
    <div className="tickets" ref={ref}>
      <FilterBar rows={list.rows.length} hasMore={list.hasNextPage} onNewTicket={onNewTicket} />
      {list.error && list.rows.length === 0 ? (
        <div className="tickets-message">
          <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
        </div>
      ) : list.isPending ? (
        <RowSkeletons />
      ) : list.rows.length === 0 ? (
        <NoTickets isFiltered={countFilters(filters) > 0} />
      ) : (
        <Rows
          rows={list.rows}
          isTable={width >= TABLE_WIDTH}
          isStale={list.isPlaceholderData}
          hasMore={list.hasNextPage}
          onMore={() => void list.fetchNextPage()}
          isLoadingMore={list.isFetchingNextPage}
          error={list.isFetchNextPageError ? list.error : null}
          label={t("list.tickets")}
        />
      )}
    </div>
  );
}

interface RowsProps {
  rows: Ticket[];
  isTable: boolean;
  isStale: boolean;
  hasMore: boolean;
  isLoadingMore: boolean;
  error: unknown;
  onMore: () => void;
  label: string;
}

function Rows(props: RowsProps): ReactElement {
  const { rows, isTable, hasMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { ticketId } = useSelection();
  const height = isTable ? LINE_HEIGHT : CARD_HEIGHT;
  const virtual = useVirtualRows(rows, scroller, height);
  const items = virtual.getVirtualItems();
  useMoreAhead(props, items.at(-1)?.index ?? 0);
  useSelectedInSight(rows, ticketId, (index) => virtual.scrollToIndex(index));

  return (
    <div
      ref={scroller}
      className={`ticket-rows ${isTable ? "is-table" : "is-cards"}`}
      role="table"
      aria-label={props.label}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-busy={props.isStale}
      onKeyDown={moveFocus}
    >
      <Header />
      <div
        role="rowgroup"
        className="ticket-space"
        style={{ height: virtual.getTotalSize(), opacity: props.isStale ? 0.6 : 1 }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <TicketRow
                key={row.id}
                ticket={row}
                index={item.index}
                top={item.start}
                height={height}
                isSelected={row.id === ticketId}
              />
            )
          );
        })}
      </div>
      <Foot {...props} />
    </div>
  );
}

/** What the next page is doing. */
function Foot({ error, onMore, isLoadingMore }: RowsProps): ReactElement {
  const { t } = useTexts();
  return (
    <>
      {error !== null && (
        <div className="tickets-message">
          <FailureNotice error={error} onRetry={onMore} />
        </div>
      )}
      {isLoadingMore && <p className="tickets-more">{t("word.loading")}</p>}
    </>
  );
}

/** Only the rows in sight are drawn. */
function useVirtualRows(
  rows: Ticket[],
  scroller: RefObject<HTMLDivElement | null>,
  height: number,
) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  useEffect(() => void virtual.measure(), [virtual, height]);
  return virtual;
}

/** Ask for the next page before the last row is reached. */
function useMoreAhead(props: RowsProps, last: number): void {
  const { rows, hasMore, isLoadingMore, error, onMore } = props;
  useEffect(() => {
    if (hasMore && !isLoadingMore && !error && last >= rows.length - AHEAD) onMore();
  }, [hasMore, isLoadingMore, error, last, rows.length, onMore]);
}

/** Bring the chosen ticket into sight once; after that the dispatcher scrolls. */
function useSelectedInSight(rows: Ticket[], id: string | null, show: (index: number) => void) {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (shown.current === id) return;
    const index = rows.findIndex((row) => row.id === id);
    if (id !== null && index < 0) return;
    shown.current = id;
    if (index >= 0) show(index);
  });
}

const COLUMNS = [
  "number",
  "priority",
  "title",
  "site",
  "asset",
  "state",
  "due",
  "who",
  "age",
] as const;

function Header(): ReactElement {
  const { t } = useTexts();
  return (
    <div role="rowgroup" className="ticket-head">
      <div role="row" className="ticket-head-row">
        {COLUMNS.map((column) => (
          <span key={column} role="columnheader" className={`cell-${column}`}>
            {t(`list.column.${column}` as "list.column.number")}
          </span>
        ))}
        <span role="columnheader" className="cell-menu">
          <span className="visually-hidden">{t("list.column.actions")}</span>
        </span>
      </div>
    </div>
  );
}

/** The arrow keys go from row to row; Enter on a row opens it, for it is a link. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const row = (event.target as HTMLElement).closest<HTMLElement>("[data-ticket]");
  if (by === 0 || !row) return;
  const next = event.currentTarget.querySelector<HTMLElement>(
    `[data-index="${Number(row.dataset.index) + by}"] a`,
  );
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function RowSkeletons(): ReactElement {
  return (
    <div className="tickets-message" aria-busy="true">
      {Array.from({ length: 7 }, (_, index) => (
        <div key={index} className="row-skeleton">
          <Skeleton height={10} width="35%" />
          <Skeleton height={13} width="75%" />
          <Skeleton height={10} width="55%" />
        </div>
      ))}
    </div>
  );
}

function NoTickets({ isFiltered }: { isFiltered: boolean }): ReactElement {
  const { t } = useTexts();
  const { clearFilters, setFilters } = useChoosing();
  const { filters } = useSelection();
  const mayBeSettled = filters.text.trim() !== "" && statesMeant(filters).length > 0;
  if (!isFiltered)
    return (
      <Empty icon="check" title={t("list.none")}>
        <span>{t("list.noneHint")}</span>
      </Empty>
    );
  return (
    <Empty icon="filter" title={t("list.noMatch")}>
      {mayBeSettled && (
        <Button variant="default" size="compact-sm" onClick={() => setFilters({ states: [] })}>
          {t("list.inAllStates")}
        </Button>
      )}
      <Button variant="default" size="compact-sm" onClick={clearFilters}>
        {t("list.clear")}
      </Button>
    </Empty>
  );
}
