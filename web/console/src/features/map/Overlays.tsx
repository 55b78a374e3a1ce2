import { type ReactElement, useEffect, useRef } from "react";
import { DueMark, PriorityMark } from "../../app/marks.tsx";
import { useTexts } from "../../texts.ts";
import type { Point } from "./map-engine.ts";
import type { Job } from "./points.ts";
import "./overlays.css";

export interface Hovered {
  id: string;
  at: Point;
}

export interface Stack {
  ids: string[];
  at: Point;
}

/** What the pointer is on. */
export function JobTip({ hovered, jobs }: { hovered: Hovered; jobs: readonly Job[] }) {
  const { t } = useTexts();
  const job = jobs.find(({ ticketId }) => ticketId === hovered.id);
  if (!job) return null;
  return (
    <div className="map-tip" aria-hidden="true" style={{ left: hovered.at.x, top: hovered.at.y }}>
      <strong>
        {t("word.ticketNumber", { number: job.number })} {job.title}
      </strong>
      <span>{job.siteName}</span>
      <span className="map-tip-line">
        <PriorityMark priority={job.priority} />
        <DueMark dueAt={job.dueAt} isSettled={false} />
      </span>
      <span>{t(`map.state.${job.state}`)}</span>
    </div>
  );
}

interface StackProps {
  stack: Stack;
  jobs: readonly Job[];
  select: (ticketId: string) => void;
  close: () => void;
}

/** Jobs that stand on one spot, to choose from. */
export function StackMenu({ stack, jobs, select, close }: StackProps): ReactElement {
  const { t } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => void box.current?.querySelector("button")?.focus(), [stack]);
  const found = stack.ids.flatMap((id) => jobs.find(({ ticketId }) => ticketId === id) ?? []);
  return (
    <div
      ref={box}
      className="map-stack"
      role="group"
      aria-label={t("map.stack", { count: found.length })}
      style={{ left: stack.at.x, top: stack.at.y }}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <strong>{found[0]?.siteName}</strong>
      {found.map((job) => (
        <button
          key={job.ticketId}
          type="button"
          onClick={() => {
            select(job.ticketId);
            close();
          }}
        >
          <span>
            {t("word.ticketNumber", { number: job.number })} {job.title}
          </span>
          <PriorityMark priority={job.priority} />
        </button>
      ))}
    </div>
  );
}
