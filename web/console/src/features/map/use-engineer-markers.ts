import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { relativeTime } from "@truckroll/shared/format.ts";
import { useEffect, useRef } from "react";
import { useNow } from "../../app/clock.ts";
import { isWorkOrderDrag } from "../../app/drag.ts";
import { type ConsoleTexts, useTexts } from "../../texts.ts";
import { useDropOnEngineer } from "../assign/use-drop-on-engineer.ts";
import type { Engine } from "./map-engine.ts";
import type { EngineerPoint } from "./points.ts";
import "./engineers.css";

const FRESH_MS = 15 * 60_000;

interface Marker {
  element: HTMLElement;
  button: HTMLButtonElement;
  stop: () => void;
}

interface Props {
  engine: Engine | null;
  engineers: readonly EngineerPoint[];
  selectedId: string | null;
  onSelect: (engineerId: string) => void;
}

/** Engineers as buttons on the map: a job dropped on one is booked with that engineer. */
export function useEngineerMarkers({ engine, engineers, selectedId, onSelect }: Props): void {
  const texts = useTexts();
  const now = useNow();
  const dropOn = useDropOnEngineer();
  const markers = useRef(new Map<string, Marker>());
  const latest = useRef({ dropOn, onSelect });
  useEffect(() => {
    latest.current = { dropOn, onSelect };
  });
  useEffect(() => {
    const all = markers.current;
    if (!engine) return;
    return () => {
      for (const [id, marker] of all) {
        marker.stop();
        engine.unplace(id);
      }
      all.clear();
    };
  }, [engine]);
  useEffect(() => {
    if (!engine) return;
    const all = markers.current;
    const present = new Set(engineers.map(({ id }) => id));
    for (const [id, marker] of all)
      if (!present.has(id)) {
        marker.stop();
        engine.unplace(id);
        all.delete(id);
      }
    for (const point of engineers) {
      const marker = all.get(point.id) ?? makeMarker(point.id, () => latest.current);
      all.set(point.id, marker);
      dress(marker.button, point, { isSelected: point.id === selectedId, texts, now });
      engine.place(point.id, marker.element, point.at);
    }
  }, [engine, engineers, selectedId, texts, now]);
}

interface Doing {
  dropOn: ReturnType<typeof useDropOnEngineer>;
  onSelect: (engineerId: string) => void;
}

function makeMarker(id: string, doing: () => Doing): Marker {
  const element = document.createElement("div");
  element.className = "map-engineer";
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.engineer = id;
  element.append(button);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    doing().onSelect(id);
  });
  const stop = dropTargetForElements({
    element: button,
    canDrop: ({ source }) => isWorkOrderDrag(source.data),
    onDragEnter: () => button.classList.add("map-over"),
    onDragLeave: () => button.classList.remove("map-over"),
    onDrop: ({ source }) => {
      button.classList.remove("map-over");
      if (isWorkOrderDrag(source.data)) void doing().dropOn(source.data, id);
    },
  });
  return { element, button, stop };
}

interface Look {
  isSelected: boolean;
  texts: ConsoleTexts;
  now: Date;
}

function dress(button: HTMLButtonElement, point: EngineerPoint, look: Look): void {
  const label = engineerLabel(point, look.texts, look.now);
  const isFresh = point.seenAt && look.now.getTime() - Date.parse(point.seenAt) < FRESH_MS;
  // Written by the style sheet: the name of the button is the whole name, not two letters.
  button.dataset.initials = point.initials;
  button.dataset.state = point.state;
  button.dataset.seen = isFresh ? "now" : point.seenAt ? "old" : "home";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.setAttribute("aria-pressed", String(look.isSelected));
}

/** "Ana Machado, on site, seen 3 min ago". */
export function engineerLabel(point: EngineerPoint, texts: ConsoleTexts, now: Date): string {
  const { t, locale } = texts;
  const seen = point.seenAt
    ? t("map.seen", { when: relativeTime(point.seenAt, now, locale) })
    : t("map.home");
  const state = t(`map.engineer.${point.state}`);
  return t("map.engineerLabel", { name: point.name, state, seen });
}
