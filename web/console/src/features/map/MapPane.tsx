import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { useNow } from "../../app/clock.ts";
import { useConfig } from "../../app/queries.ts";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import "./map.css";
import { InView } from "./InView.tsx";
import { Legend } from "./Legend.tsx";
import { MapControls } from "./MapControls.tsx";
import { type Hovered, JobTip, type Stack, StackMenu } from "./Overlays.tsx";
import { type Bounds, boundsOf, type Job, within } from "./points.ts";
import type { Engine, Events } from "./map-engine.ts";
import { useEngine } from "./use-engine.ts";
import { useEngineerMarkers } from "./use-engineer-markers.ts";
import { type MapData, useMapData, useTerritoryAreas } from "./use-map-data.ts";
import { hasWebGl } from "./web-gl.ts";

type Panel = "legend" | "list" | null;

/** Open work and engineers where they are, live; works as a list where maps cannot be drawn. */
export default function MapPane(): ReactElement {
  const [isPossible] = useState(hasWebGl);
  const data = useMapData();
  const [panel, setPanel] = useState<Panel>(isPossible ? null : "list");
  const [hasTerritories, setTerritories] = useState(true);
  const { box, engine, isMissing, selectJob, bounds, ...over } = useDrawing(data, isPossible);
  useDrawn(engine, data, hasTerritories);
  const everything = useMemo(() => allPlaces(data), [data]);
  const seen = useMemo(() => inView(data, isMissing ? null : bounds), [data, bounds, isMissing]);
  return (
    <div className="map-pane">
      {isMissing ? <NoMap /> : <div ref={box} className="map-box" data-testid="map" />}
      {engine && (
        <MapControls
          engine={engine}
          everything={everything}
          panel={panel}
          setPanel={setPanel}
          hasTerritories={hasTerritories}
          setTerritories={setTerritories}
        />
      )}
      {!isMissing && <GroundNotice />}
      <OverJobs jobs={data.jobs} select={selectJob} {...over} />
      {panel === "legend" && <Legend close={() => setPanel(null)} />}
      {(panel === "list" || isMissing) && (
        <InView
          data={seen}
          isLoading={data.isLoading}
          selectJob={selectJob}
          close={isMissing ? null : () => setPanel(null)}
        />
      )}
    </div>
  );
}

/** The map in its place, which part of the world is in sight, and what the pointer is on. */
function useDrawing(data: MapData, isPossible: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const [bounds, setBounds] = useState<Bounds | null>(null);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const [stack, setStack] = useState<Stack | null>(null);
  const { engineerId } = useSelection();
  const { selectEngineer } = useChoosing();
  const selectJob = useSelectJob(data.jobs);
  const { engine, hasFailed } = useEngine(box, {
    isPossible,
    view: useFirstView(data),
    events: eventsOf({ selectJob, setBounds, setHovered, setStack }),
  });
  useEngineerMarkers({
    engine,
    engineers: data.engineers,
    selectedId: engineerId,
    onSelect: (id) => selectEngineer(id === engineerId ? null : id),
  });
  const isMissing = !isPossible || hasFailed;
  const closeStack = () => setStack(null);
  return { box, engine, isMissing, selectJob, bounds, hovered, stack, closeStack };
}

interface OverJobsProps {
  jobs: readonly Job[];
  hovered: Hovered | null;
  stack: Stack | null;
  select: (ticketId: string) => void;
  closeStack: () => void;
}

/** What is said of the work under the pointer, and the choice where several lie on one place. */
function OverJobs(props: OverJobsProps): ReactElement | null {
  const { jobs, hovered, stack, select, closeStack } = props;
  if (stack) return <StackMenu stack={stack} jobs={jobs} select={select} close={closeStack} />;
  return hovered && <JobTip hovered={hovered} jobs={jobs} />;
}

interface Setters {
  selectJob: (ticketId: string) => void;
  setBounds: (bounds: Bounds) => void;
  setHovered: (hovered: Hovered | null) => void;
  setStack: (stack: Stack | null) => void;
}

/** What the page does when something happens on the map. */
function eventsOf({ selectJob, setBounds, setHovered, setStack }: Setters): Events {
  return {
    onJob: (id) => {
      setStack(null);
      selectJob(id);
    },
    onStack: (ids, at) => setStack({ ids, at }),
    onHover: (id, at) => setHovered(id ? { id, at } : null),
    onView: (next) => {
      setBounds(next);
      setStack(null);
      setHovered(null);
    },
    onGround: () => setStack(null),
  };
}

function useSelectJob(jobs: readonly Job[]): (ticketId: string) => void {
  const { selectTicket, selectWorkOrder } = useChoosing();
  const byId = useMemo(() => new Map(jobs.map((job) => [job.ticketId, job])), [jobs]);
  return (ticketId) => {
    const work = byId.get(ticketId)?.workOrderId;
    if (work) selectWorkOrder(work, ticketId);
    else selectTicket(ticketId);
  };
}

function allPlaces(data: MapData): Bounds | null {
  const places = [...data.jobs, ...data.engineers].map(({ at }) => at);
  return boundsOf(places);
}

/** Where the map opens: everything there is; null when there is nothing, undefined until known. */
function useFirstView(data: MapData): Bounds | null | undefined {
  const first = useRef<Bounds | null | undefined>(undefined);
  const isKnown = !data.isLoading && (data.engineers.length > 0 || data.jobs.length > 0);
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), 3000);
    return () => clearTimeout(timer);
  }, []);
  return useMemo(() => {
    if (first.current === undefined && (isKnown || (waited && !data.isLoading)))
      first.current = allPlaces(data);
    return first.current;
  }, [isKnown, waited, data]);
}

function inView(data: MapData, bounds: Bounds | null): MapData {
  if (!bounds) return data;
  return {
    ...data,
    jobs: data.jobs.filter(({ at }) => within(bounds, at)),
    engineers: data.engineers.filter(({ at }) => within(bounds, at)),
  };
}

/** Keep what is drawn in step with what is known. */
function useDrawn(engine: Engine | null, data: MapData, hasTerritories: boolean): void {
  const { ticketId, engineerId } = useSelection();
  const minute = Math.floor(useNow().getTime() / 60_000) * 60_000;
  const areas = useTerritoryAreas(hasTerritories);
  const { jobs, engineers } = data;
  useEffect(() => void engine?.setJobs(jobs, minute), [engine, jobs, minute]);
  useEffect(() => void engine?.setTerritories(areas), [engine, areas]);
  const selected = jobs.find((job) => job.ticketId === ticketId) ?? null;
  useEffect(() => void engine?.setSelected(selected), [engine, selected]);
  const spot = selected?.at ?? engineers.find(({ id }) => id === engineerId)?.at ?? null;
  const followed = useRef("");
  useEffect(() => {
    // Follow the choice once; afterwards the map is the dispatcher's again.
    const choice = `${ticketId}/${engineerId}`;
    if (!engine || !spot || followed.current === choice) return;
    followed.current = choice;
    engine.show(spot);
  }, [engine, spot, ticketId, engineerId]);
}

function NoMap(): ReactElement {
  const { t } = useTexts();
  return (
    <p className="map-missing" role="status">
      <strong>{t("map.noWebGl")}</strong> {t("map.noWebGlHint")}
    </p>
  );
}

function GroundNotice(): ReactElement | null {
  const { t } = useTexts();
  const { data: config } = useConfig();
  if (config?.map.kind !== "none") return null;
  return (
    <p className="map-ground" title={t("map.noGroundHint")}>
      {t("map.noGround")}
    </p>
  );
}
