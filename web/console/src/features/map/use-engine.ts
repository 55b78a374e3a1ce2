import { type RefObject, useEffect, useRef, useState } from "react";
import { useScheme } from "../../app/scheme.ts";
import { useConfig } from "../../app/queries.ts";
import { type ConsoleTexts, useTexts } from "../../texts.ts";
import type { Engine, Events } from "./map-engine.ts";
import { readPalette } from "./palette.ts";
import type { Bounds } from "./points.ts";

interface Wanted {
  isPossible: boolean;
  /** Null while nothing is known yet; the map waits, so that it opens at the right place. */
  view: Bounds | null | undefined;
  events: Events;
}

export type EngineState = { engine: Engine | null; hasFailed: boolean };

/** The map in its element, made once everything it starts with is known. */
export function useEngine(box: RefObject<HTMLElement | null>, wanted: Wanted): EngineState {
  const { data: config } = useConfig();
  const { t } = useTexts();
  const scheme = useScheme();
  const [state, setState] = useState<EngineState>({ engine: null, hasFailed: false });
  const latest = useRef({ wanted, scheme, t });
  useEffect(() => {
    latest.current = { wanted, scheme, t };
  });
  const isReady = wanted.isPossible && wanted.view !== undefined && config !== undefined;
  useEffect(() => {
    const container = box.current;
    if (!container || !isReady || !config) return;
    let engine: Engine | null = null;
    let isGone = false;
    const start = async () => {
      const { createMap } = await import("./map-engine.ts");
      const { wanted, scheme, t } = latest.current;
      if (isGone) return;
      const made = await createMap({
        container,
        config: config.map,
        palette: readPalette(scheme === "dark"),
        words: wordsOf(t),
        view: wanted.view ?? null,
        events: relayed(() => latest.current.wanted.events),
      });
      if (isGone) return made.remove();
      engine = made;
      setState({ engine, hasFailed: false });
    };
    start().catch(() => !isGone && setState({ engine: null, hasFailed: true }));
    return () => {
      isGone = true;
      engine?.remove();
      setState({ engine: null, hasFailed: false });
    };
  }, [box, isReady, config]);
  const { engine } = state;
  useEffect(() => {
    if (!engine) return;
    // The tokens change with the scheme, one frame later.
    const frame = requestAnimationFrame(() => engine.setPalette(readPalette(scheme === "dark")));
    return () => cancelAnimationFrame(frame);
  }, [engine, scheme]);
  return state;
}

function wordsOf(t: ConsoleTexts["t"]): Record<string, string> {
  return {
    "Map.Title": t("map.canvas"),
    "AttributionControl.ToggleAttribution": t("map.attribution"),
    "ScaleControl.Meters": t("map.metres"),
    "ScaleControl.Kilometers": t("map.kilometres"),
  };
}

/** The map keeps its listeners; what they do may change with every drawing of the page. */
function relayed(events: () => Events): Events {
  return {
    onJob: (...given) => events().onJob(...given),
    onStack: (...given) => events().onStack(...given),
    onHover: (...given) => events().onHover(...given),
    onView: (...given) => events().onView(...given),
    onGround: () => events().onGround(),
  };
}
