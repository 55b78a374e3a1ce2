import { Button } from "@mantine/core";
import { dayAndTime } from "@truckroll/shared/format.ts";
import { type ReactElement, useMemo, useState } from "react";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { useZone } from "../../app/me.ts";
import { useEngineers } from "../../app/queries.ts";
import type { HistoryEntry } from "../../app/records.ts";
import { isLateArrival } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { type Known, actorWords, eventWords } from "./event-words.ts";
import { Section } from "./Section.tsx";
import { useHistory } from "./queries.ts";
import "./history.css";

interface Props {
  ticketId: string;
  workOrderIds: string[];
  tasks: { id: string; title: string }[];
  parts: { part_id: string; name: string }[];
}

const FIRST = 12;

/** All that happened, the newest first, with both times where the news was late. */
export function HistorySection(props: Props): ReactElement {
  const { t } = useTexts();
  const { entries, error, isPending } = useHistory(props.ticketId, props.workOrderIds);
  const [isAll, setAll] = useState(false);
  const known = useNames(props);
  const shown = isAll ? entries : entries.slice(0, FIRST);
  return (
    <Section title={t("panel.history")} icon="clock">
      {error !== null && <FailureNotice error={error} />}
      {isPending && <p className="quiet">{t("word.loading")}</p>}
      <ol className="history">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} known={known} />
        ))}
      </ol>
      {entries.length > shown.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
          {t("panel.wholeHistory", { count: entries.length })}
        </Button>
      )}
    </Section>
  );
}

function useNames({ tasks, parts }: Props): Known {
  const engineers = useEngineers().data;
  return useMemo(
    () => ({
      names: new Map([
        ...(engineers ?? []).map((row): [string, string] => [row.id, row.name]),
        ...tasks.map((row): [string, string] => [row.id, row.title]),
        ...parts.map((row): [string, string] => [row.part_id, row.name]),
      ]),
    }),
    [engineers, tasks, parts],
  );
}

function Entry({ entry, known }: { entry: HistoryEntry; known: Known }): ReactElement {
  const texts = useTexts();
  const zone = useZone();
  const { occurred_at, recorded_at } = entry;
  return (
    <li>
      <time dateTime={occurred_at}>{dayAndTime(occurred_at, texts.locale, zone)}</time>
      <div>
        <span>
          <strong>{actorWords(texts, entry)}</strong> {eventWords(texts, entry, known)}
        </span>
        {isLateArrival(occurred_at, recorded_at) && (
          <span className="quiet history-late">
            {texts.t("history.arrived", { time: dayAndTime(recorded_at, texts.locale, zone) })}
          </span>
        )}
      </div>
    </li>
  );
}
