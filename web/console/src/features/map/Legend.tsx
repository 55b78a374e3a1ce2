import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import { useTexts } from "../../texts.ts";
import { ENGINEER_STATES, JOB_STATES, type Priority } from "./points.ts";
import "./panels.css";

const SHAPES: [Priority, string][] = [
  ["urgent", "M10 2 18 17H2Z"],
  ["high", "M10 1.5 18.5 10 10 18.5 1.5 10Z"],
  ["normal", "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Z"],
  ["low", "M4 4h12v12H4Z"],
];

/** What shapes, fillings and rings mean. */
export function Legend({ close }: { close: () => void }): ReactElement {
  const { t } = useTexts();
  return (
    <div className="map-panel map-legend" role="region" aria-label={t("map.legend")}>
      <div className="map-panel-head">
        <h3>{t("map.legend")}</h3>
        <button type="button" aria-label={t("word.close")} onClick={close}>
          <Icon name="close" size={14} />
        </button>
      </div>
      <Priorities />
      <States />
      <EngineerStates />
      <p>{t("map.legendCluster")}</p>
    </div>
  );
}

function Priorities(): ReactElement {
  const { t } = useTexts();
  return (
    <>
      <h4>{t("map.legendPriority")}</h4>
      <ul>
        {SHAPES.map(([priority, path]) => (
          <li key={priority} className={`shape-${priority}`}>
            <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
              <path d={path} fill="currentColor" />
            </svg>
            <span>{t(`word.priority.${priority}`)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function States(): ReactElement {
  const { t } = useTexts();
  return (
    <>
      <h4>{t("map.legendState")}</h4>
      <ul>
        {JOB_STATES.map((state) => (
          <li key={state}>
            <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
              <circle
                cx="10"
                cy="10"
                r="7"
                fill={state === "unassigned" ? "currentColor" : "none"}
                stroke="currentColor"
                strokeWidth="2.4"
                strokeDasharray={state === "planless" ? "3 2.4" : undefined}
              />
              {state === "on_site" && <circle cx="10" cy="10" r="3" fill="currentColor" />}
              {state === "travelling" && <path d="M8 6.5 13 10l-5 3.5Z" fill="currentColor" />}
            </svg>
            <span>{t(`map.state.${state}`)}</span>
          </li>
        ))}
        <li className="shape-urgent">
          <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
            <circle cx="10" cy="10" r="6" fill="currentColor" />
            <path d="M10 6.5v4.2M10 13v.2" stroke="var(--card)" strokeWidth="2" />
          </svg>
          <span>{t("map.legendLate")}</span>
        </li>
      </ul>
    </>
  );
}

function EngineerStates(): ReactElement {
  const { t } = useTexts();
  return (
    <>
      <h4>{t("map.legendEngineers")}</h4>
      <ul>
        {ENGINEER_STATES.map((state) => (
          <li key={state} className="map-engineer map-engineer-sample">
            <span data-state={state} data-seen="now" aria-hidden="true" />
            <span>{t(`map.engineer.${state}`)}</span>
          </li>
        ))}
        <li className="map-engineer map-engineer-sample">
          <span data-state="off" data-seen="home" aria-hidden="true" />
          <span>{t("map.legendHome")}</span>
        </li>
      </ul>
    </>
  );
}
