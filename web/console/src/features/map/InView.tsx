import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import { DueMark, PriorityMark } from "../../app/marks.tsx";
import { useNow } from "../../app/clock.ts";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { type Job, PRIORITY_RANK } from "./points.ts";
import { engineerLabel } from "./use-engineer-markers.ts";
import type { MapData } from "./use-map-data.ts";
import "./panels.css";

interface Props {
  data: MapData;
  isLoading: boolean;
  selectJob: (ticketId: string) => void;
  /** Null when the list stands in for the map. */
  close: (() => void) | null;
}

/** The map in words: what is in view, for whoever cannot see or use it. */
export function InView({ data, isLoading, selectJob, close }: Props): ReactElement {
  const { t } = useTexts();
  const jobs = [...data.jobs].sort(byUrgency);
  return (
    <div
      className={close ? "map-panel map-list" : "map-list map-list-alone"}
      role="region"
      aria-label={t("map.list")}
      tabIndex={0}
    >
      <div className="map-panel-head">
        <h3>{t(close ? "map.inView" : "map.all")}</h3>
        {close && (
          <button type="button" aria-label={t("word.close")} onClick={close}>
            <Icon name="close" size={14} />
          </button>
        )}
      </div>
      {jobs.length === 0 ? (
        <p>{t(isLoading ? "word.loading" : "map.nothing")}</p>
      ) : (
        <Jobs jobs={jobs} selectJob={selectJob} />
      )}
      <Engineers data={data} />
    </div>
  );
}

function byUrgency(a: Job, b: Job): number {
  return PRIORITY_RANK[b.priority] - PRIORITY_RANK[a.priority] || a.dueAt.localeCompare(b.dueAt);
}

interface JobsProps {
  jobs: readonly Job[];
  selectJob: (ticketId: string) => void;
}

function Jobs({ jobs, selectJob }: JobsProps): ReactElement {
  const { t } = useTexts();
  const { ticketId } = useSelection();
  return (
    <table>
      <caption>{t("map.jobs", { count: jobs.length })}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t("map.column.ticket")}</th>
          <th scope="col">{t("map.column.priority")}</th>
          <th scope="col">{t("map.column.state")}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.ticketId}>
            <td>
              <button
                type="button"
                aria-current={job.ticketId === ticketId || undefined}
                onClick={() => selectJob(job.ticketId)}
              >
                <strong>
                  {t("word.ticketNumber", { number: job.number })} {job.title}
                </strong>
                <small>{job.siteName}</small>
              </button>
            </td>
            <td>
              <PriorityMark priority={job.priority} />
            </td>
            <td>
              <small>{t(`map.state.${job.state}`)}</small>
              <DueMark dueAt={job.dueAt} isSettled={false} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Engineers({ data }: { data: MapData }): ReactElement | null {
  const texts = useTexts();
  const now = useNow();
  const { engineerId } = useSelection();
  const { selectEngineer } = useChoosing();
  if (data.engineers.length === 0) return null;
  return (
    <>
      <h4>{texts.t("map.engineers", { count: data.engineers.length })}</h4>
      <ul>
        {data.engineers.map((point) => (
          <li key={point.id}>
            <button
              type="button"
              aria-pressed={point.id === engineerId}
              onClick={() => selectEngineer(point.id === engineerId ? null : point.id)}
            >
              {engineerLabel(point, texts, now)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
