import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import { useTexts } from "../../texts.ts";
import type { Engine } from "./map-engine.ts";
import type { Bounds } from "./points.ts";
import "./controls.css";

interface Props {
  engine: Engine;
  everything: Bounds | null;
  panel: "legend" | "list" | null;
  setPanel: (panel: "legend" | "list" | null) => void;
  hasTerritories: boolean;
  setTerritories: (are: boolean) => void;
}

export function MapControls(props: Props): ReactElement {
  const { engine, everything, panel, setPanel, hasTerritories, setTerritories } = props;
  const { t } = useTexts();
  const toggle = (which: "legend" | "list") => setPanel(panel === which ? null : which);
  return (
    <div className="map-controls" role="toolbar" aria-label={t("map.controls")}>
      <div>
        <button type="button" aria-label={t("map.zoomIn")} onClick={() => engine.zoom(1)}>
          +
        </button>
        <button type="button" aria-label={t("map.zoomOut")} onClick={() => engine.zoom(-1)}>
          −
        </button>
      </div>
      <div>
        <button
          type="button"
          disabled={!everything}
          onClick={() => everything && engine.fit(everything)}
        >
          {t("map.fit")}
        </button>
        <button
          type="button"
          aria-pressed={hasTerritories}
          onClick={() => setTerritories(!hasTerritories)}
        >
          {t("map.territories")}
        </button>
        <button type="button" aria-expanded={panel === "legend"} onClick={() => toggle("legend")}>
          {t("map.legend")}
        </button>
        <button type="button" aria-expanded={panel === "list"} onClick={() => toggle("list")}>
          <Icon name="list" size={14} /> {t("map.list")}
        </button>
      </div>
    </div>
  );
}
