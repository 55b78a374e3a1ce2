import type { FeatureCollection } from "geojson";
import { useMemo } from "react";
import { useNow } from "../../app/clock.ts";
import { dayOf } from "../../app/day.ts";
import {
  useAbsences,
  useBookings,
  useEngineers,
  useOpenTickets,
  useOpenWorkByTicket,
  usePositions,
  useShifts,
  useSitesById,
  useTerritories,
  useZone,
} from "../../app/queries.ts";
import { type EngineerPoint, engineerPoints, type Job, jobsOf } from "./points.ts";

export interface MapData {
  jobs: readonly Job[];
  engineers: readonly EngineerPoint[];
  isLoading: boolean;
}

/** Everything on the map, joined; follows the live feed. */
export function useMapData(): MapData {
  const zone = useZone();
  const minute = Math.floor(useNow().getTime() / 60_000) * 60_000;
  const today = dayOf(minute, zone);
  const tickets = useOpenTickets();
  const workOf = useOpenWorkByTicket();
  const sites = useSitesById();
  const engineers = useEngineers().data;
  const positions = usePositions().data;
  const bookings = useBookings(today).data;
  const shifts = useShifts(today).data;
  const absences = useAbsences(today).data;
  const jobs = useMemo(
    () =>
      jobsOf(
        tickets.data ?? [],
        (ticketId) => workOf.get(ticketId),
        (siteId) => sites.get(siteId),
      ),
    [tickets.data, workOf, sites],
  );
  const points = useMemo(() => {
    const known = {
      positions: positions ?? [],
      bookings: bookings ?? [],
      shifts: shifts ?? [],
      absences: absences ?? [],
    };
    return engineerPoints(engineers ?? [], known, minute);
  }, [engineers, positions, bookings, shifts, absences, minute]);
  return { jobs, engineers: points, isLoading: tickets.isPending };
}

/** The territories as areas to draw, when they are wanted. */
export function useTerritoryAreas(isShown: boolean): FeatureCollection {
  const { data } = useTerritories();
  return useMemo(
    () => ({
      type: "FeatureCollection",
      features: (isShown ? (data ?? []) : [])
        .filter((territory) => !territory.archived_at)
        .map((territory) => ({
          type: "Feature",
          geometry: territory.area,
          properties: { name: territory.name },
        })),
    }),
    [data, isShown],
  );
}
