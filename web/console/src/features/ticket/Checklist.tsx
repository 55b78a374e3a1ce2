import { isAnswered, progressOf, rangeFlag } from "@truckroll/shared/checklist.ts";
import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import type { Task } from "../../app/records.ts";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";

/** The steps of the work with what the engineer answered. */
export function Checklist({ tasks }: { tasks: Task[] }): ReactElement | null {
  const { t } = useTexts();
  if (tasks.length === 0) return null;
  const { done, total } = progressOf(tasks);
  const sorted = [...tasks].sort((a, b) => a.position - b.position);
  return (
    <>
      <h4 className="checklist-head">
        {t("panel.checklist")}
        <span className="quiet">{t("panel.progress", { done, total })}</span>
      </h4>
      <progress
        className="checklist-bar"
        value={done}
        max={Math.max(1, total)}
        aria-label={t("panel.checklist")}
      />
      <ol className="checklist">
        {sorted.map((task) => (
          <li key={task.id} className={isAnswered(task) ? "is-answered" : ""}>
            <span className="check-mark">
              {isAnswered(task) && <Icon name="check" size={12} />}
            </span>
            <span>
              {task.title}
              {!task.is_required && <span className="quiet"> · {t("panel.optional")}</span>}
              {task.remark && <span className="check-remark">{task.remark}</span>}
            </span>
            <Answer task={task} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Answer({ task }: { task: Task }): ReactElement | null {
  const { t, locale } = useTexts();
  if (task.is_not_applicable) return <span className="quiet">{t("panel.notApplicable")}</span>;
  if (task.value === false) return <strong>{t("word.no")}</strong>;
  if (!isAnswered(task)) return <span className="quiet">{t("panel.unanswered")}</span>;
  if (task.kind === "check") return <strong>{t("word.yes")}</strong>;
  if (task.kind === "photo") return <strong>{t("panel.photoTaken")}</strong>;
  if (task.kind !== "reading") return <strong>{String(task.value)}</strong>;
  const flag = rangeFlag(String(task.value), task.minimum, task.maximum);
  const isOut = flag === "below" || flag === "above";
  return (
    <strong className={isOut ? "value-out" : ""}>
      {decimalText(String(task.value), locale)} {task.unit}
      {isOut && <span className="check-remark">{t(`panel.flag.${flag}`)}</span>}
    </strong>
  );
}
