import { expect, test } from "vitest";
import { bodyOf, emptyDraft, isPlaceOpen, sitesCalled, withFault } from "./new-ticket.ts";

const fault = { id: "f1", title: "Shaft seal leaks", priority: "high" as const };

test("a chosen fault fills in what nobody has typed", () => {
  expect(withFault(emptyDraft(), fault)).toMatchObject({ title: fault.title, priority: "high" });
});

test("a typed title stays when a fault is chosen", () => {
  const draft = { ...emptyDraft(), title: "Water on the floor" };

  expect(withFault(draft, fault).title).toBe("Water on the floor");
});

test("another fault replaces the title that came from the first", () => {
  const draft = { ...emptyDraft(), ...withFault(emptyDraft(), fault) };

  expect(withFault(draft, { ...fault, id: "f2", title: "Runs dry" }).title).toBe("Runs dry");
});

test("only what was chosen is sent", () => {
  const draft = { ...emptyDraft(), id: "x", title: " Leak " };

  expect(bodyOf(draft)).toEqual({
    id: "x",
    title: "Leak",
    priority: "normal",
    channel: "phone",
    description: "",
    reporter_name: "",
  });
});

test("a site is found by any words of its name and address", () => {
  const site = (number: number, name: string, address: string) => ({ number, name, address });
  const sites = [
    site(1, "Gaia Clinic 7", "Rua Nova 1"),
    site(2, "Clinic 9", "Rua do Moinho 84, Gaia"),
    site(3, "Depot", "Rua Nova 2"),
  ];

  expect(sitesCalled(sites, "clinic gaia").map((row) => row.number)).toEqual([2, 1]);
  expect(sitesCalled(sites, "3").map((row) => row.number)).toEqual([3]);
  expect(sitesCalled(sites, "  ")).toEqual([]);
});

test("a place that was typed and not chosen is open", () => {
  const site = { id: "s", name: "Baixa Clinic", customerId: "c" };

  expect(isPlaceOpen({ ...emptyDraft(), place: "Baixa" })).toBe(true);
  expect(isPlaceOpen({ ...emptyDraft(), place: "Baixa", site })).toBe(false);
  expect(isPlaceOpen({ ...emptyDraft(), place: " " })).toBe(false);
});
