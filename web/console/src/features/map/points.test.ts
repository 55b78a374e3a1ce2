import { describe, expect, it } from "vitest";
import {
  boundsOf,
  engineerPoints,
  iconName,
  initialsOf,
  jobFeatures,
  jobsOf,
  within,
} from "./points.ts";

const ticket = {
  id: "t1",
  number: 7,
  title: "No heat",
  priority: "high" as const,
  due_at: "2026-11-23T10:00:00Z",
  site_id: "s1",
};
const site = { name: "Bakery", position: { coordinates: [-8.6, 41.1] } };
const work = {
  id: "w1",
  ticket_id: "t1",
  state: "ready",
  engineer_id: null as string | null,
  duration_minutes: 90,
  booking: null as { state: string } | null,
};
const at = (time: string) => Date.parse(`2026-11-23T${time}:00Z`);

describe("jobs on the map", () => {
  it("stand at their site and say who has them", () => {
    const state = (more: Partial<typeof work> | null) =>
      jobsOf(
        [ticket],
        () => (more ? { ...work, ...more } : undefined),
        () => site,
      )[0]?.state;

    expect(state(null)).toBe("planless");
    expect(state({})).toBe("unassigned");
    expect(state({ engineer_id: "ana" })).toBe("booked");
    expect(state({ engineer_id: "ana", booking: { state: "travelling" } })).toBe("travelling");
    expect(state({ engineer_id: "ana", state: "in_progress" })).toBe("on_site");
  });

  it("are left out without a place, and take the ticket's own place first", () => {
    expect(
      jobsOf(
        [ticket],
        () => undefined,
        () => undefined,
      ),
    ).toEqual([]);
    const placed = { ...ticket, position: { coordinates: [1, 2] }, site_name: "Mill" };
    expect(
      jobsOf(
        [placed],
        () => undefined,
        () => site,
      )[0],
    ).toMatchObject({
      at: [1, 2],
      siteName: "Mill",
    });
  });

  it("are drawn by priority, state and lateness, moved only where they are drawn", () => {
    const jobs = jobsOf(
      [ticket],
      () => work,
      () => site,
    );

    const [drawn] = jobFeatures(jobs, at("11:00"), ([lon, lat]) => [lon + 1, lat]).features;

    expect(drawn?.geometry.coordinates).toEqual([-7.6, 41.1]);
    expect(drawn?.properties).toMatchObject({ id: "t1", rank: 3, waiting: 1 });
    expect(drawn?.properties?.icon).toBe(iconName("high", "unassigned", true));
    expect(jobs[0]?.at).toEqual([-8.6, 41.1]);
  });
});

describe("engineers on the map", () => {
  const ana = { id: "ana", name: "Ana Machado", home_position: { coordinates: [-8.5, 41.2] } };
  const span = (from: string, until: string) => ({
    engineer_id: "ana",
    starts_at: `2026-11-23T${from}:00Z`,
    ends_at: `2026-11-23T${until}:00Z`,
  });
  const nothing = { positions: [], bookings: [], shifts: [], absences: [] };

  it("stand where the phone was last, else at home", () => {
    const position = {
      engineer_id: "ana",
      position: { coordinates: [-8.61, 41.15] },
      recorded_at: "2026-11-23T09:00:00Z",
    };

    const [seen] = engineerPoints([ana], { ...nothing, positions: [position] }, at("09:05"));
    const [home] = engineerPoints([ana], nothing, at("09:05"));

    expect(seen).toMatchObject({ at: [-8.61, 41.15], seenAt: "2026-11-23T09:00:00Z" });
    expect(home).toMatchObject({ at: [-8.5, 41.2], seenAt: null, initials: "AM" });
  });

  it("show what they do now", () => {
    const state = (more: object) =>
      engineerPoints([ana], { ...nothing, ...more }, at("09:30"))[0]?.state;
    const shifts = [span("08:00", "17:00")];

    expect(state({})).toBe("off");
    expect(state({ shifts })).toBe("free");
    expect(state({ shifts, absences: [span("09:00", "10:00")] })).toBe("off");
    const confirmed = { ...span("09:00", "10:00"), state: "confirmed" };
    expect(state({ shifts, bookings: [confirmed] })).toBe("booked");
    expect(state({ shifts, bookings: [{ ...confirmed, state: "on_site" }] })).toBe("on_site");
  });

  it("have initials in every writing", () => {
    expect(["Ana", "Zoë van der Berg", "王小明", "  ", "محمد علي"].map(initialsOf)).toEqual([
      "A",
      "ZB",
      "小明",
      "",
      "مع",
    ]);
  });
});

describe("what is in view", () => {
  it("lies inside the box around it", () => {
    const bounds = boundsOf([
      [1, 2],
      [-3, 4],
    ]);

    expect(bounds).toEqual({ west: -3, east: 1, south: 2, north: 4 });
    expect(bounds && within(bounds, [0, 3])).toBe(true);
    expect(bounds && within(bounds, [0, 5])).toBe(false);
    expect(boundsOf([])).toBeNull();
  });
});
