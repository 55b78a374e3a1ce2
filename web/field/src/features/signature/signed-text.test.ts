import { describe, expect, it } from "vitest";
import { texts } from "../../texts.ts";
import "../../texts-late.ts";
import { quantityText } from "../parts/quantity-text.ts";
import type { WorkOrderDocument } from "../work-order/documents.ts";
import { canonicalJson } from "./canonical.ts";
import { type Shown, signedDocument, signedText, signedTextOf } from "./signed-text.ts";

const task = (id: string, kind: string, title: string, value: unknown, more = {}) => ({
  ...{ id, kind, title, value, position: 1, unit: "", is_required: true },
  ...{ minimum: null, maximum: null, choices: [], is_not_applicable: false, remark: "" },
  ...{ answered_at: null, answered_by: null, ...more },
});
const part = (move_id: string, quantity: string) => ({
  ...{ move_id, quantity, repair_id: "r", part_id: "p", number: "CP-101" },
  ...{ name: "Shaft seal 24 mm", unit: "pcs", found: "0" },
});

const WORK = {
  id: "w1",
  number: 4711,
  title: "Pump leaks",
  summary: "",
  started_at: "2026-11-22T09:30:00Z",
  completed_at: null,
  site: { id: "s", name: "مستشفى النور 🏥", address: "Rua 1", timezone: "Europe/Lisbon" },
  asset: { id: "a", name: "Pump 3", serial: null, model_id: "m" },
  fault_code: null,
  tasks: [
    task("1", "check", "Power off", true),
    task("2", "reading", "Pressure", "2.5", { unit: "bar", remark: "warm", position: 2 }),
    task("3", "photo", "Type plate", "att-1", { position: 3 }),
    task("4", "check", "Alarm test", false, { position: 4 }),
    task("5", "text", "Roof", "", { is_not_applicable: true, remark: "no roof", position: 5 }),
  ],
  readings: [{ id: "r", name: "Temperature", value: "41", unit: "°C" }],
  repairs: [{ id: "r", cause: "Seal worn", action: "Seal replaced\u0007" }],
  parts_fitted: [part("1", "1"), part("2", "2")],
} as unknown as WorkOrderDocument;

const SHOWN: Shown = {
  language: "en",
  way: "drawn",
  timezone: "Europe/Lisbon",
  at: new Date("2026-11-22T10:05:00Z"),
  engineer: "Ana Sousa",
  summary: "Tight again",
  openSteps: ["Alarm test"],
};
const textOf = (shown: Partial<Shown> = {}, work = WORK) => {
  const all = { ...SHOWN, ...shown };
  return signedText(work, all, texts(all.language));
};
const section = (heading: string, shown: Partial<Shown> = {}) =>
  textOf(shown).sections.find((found) => found.heading === heading)?.lines;

describe("what the customer signs", () => {
  it("says where, on what and by whom, in any script", () => {
    const about = section("Work order 4711")?.map(({ label, value }) => `${label}|${value}`);

    expect(about).toEqual([
      "|Pump leaks",
      "Site|مستشفى النور 🏥",
      "Address|Rua 1",
      "Asset|Pump 3",
      "Engineer|Ana Sousa",
    ]);
  });

  it("has the answers that were given, with unit and remark, and what is open", () => {
    expect(section("Checks")).toEqual([
      { label: "Power off", value: "Yes" },
      { label: "Pressure", value: "2.5 bar · warm" },
      { label: "Type plate", value: "Photo taken" },
      { label: "Roof", value: "Not applicable: no roof" },
    ]);
    expect(section("Still open")).toEqual([{ label: "", value: "Alarm test" }]);
  });

  it("adds up a part that was booked twice", () => {
    expect(section("Parts fitted")).toEqual([
      { label: "Shaft seal 24 mm (CP-101)", value: "3 pcs" },
    ]);
  });

  it("has times in the zone of the site", () => {
    expect(section("Times", { timezone: "Asia/Shanghai" })?.map(({ value }) => value)).toEqual([
      expect.stringContaining("17:30"),
      expect.stringMatching(/18:05.*\(Asia\/Shanghai\)/),
    ]);
  });

  it("has what was done without characters that cannot be stored", () => {
    expect(section("Work done")?.map(({ value }) => value)).toEqual([
      "Seal worn",
      "Seal replaced",
      "Tight again",
    ]);
  });

  it("is wholly in the customer's language", () => {
    const text = textOf({ language: "zh-CN", way: "typed" });

    expect(text.title).toBe("作业确认单");
    expect(text.consent).toBe("本人以姓名确认上述作业已完成。");
    expect(text.sections.map(({ heading }) => heading)).toContain("更换备件");
  });

  it("of a checklist with thousands of steps still fits the server", () => {
    const tasks = Array.from({ length: 1500 }, (_, i) => task(`${i}`, "check", `Step ${i}`, true));
    const text = textOf({}, { ...WORK, tasks: tasks as WorkOrderDocument["tasks"] });

    const values = text.sections.reduce((sum, { lines }) => sum + 3 + 3 * lines.length, 10);
    expect(values).toBeLessThan(2000);
    expect(canonicalJson(signedDocument(text, "x"))).toContain("Step 1499: Yes");
  });

  it("is read back from the document of the command, other documents are not", () => {
    const text = textOf();

    expect(signedTextOf(signedDocument(text, "Zé"))).toMatchObject(text);
    expect(signedTextOf({ lines: [] })).toBeNull();
    expect(signedTextOf(null)).toBeNull();
  });
});

describe("a quantity in words", () => {
  it("has no gap before a Chinese unit", () => {
    expect(quantityText(2000, "pcs", "zh-CN", texts("zh-CN").t)).toBe("2件");
    expect(quantityText(500, "l", "zh-CN", texts("zh-CN").t)).toBe("0.5升");
    expect(quantityText(1000, "bar", "zh-CN", texts("zh-CN").t)).toBe("1 bar");
    expect(quantityText(2000, "pcs", "en", texts("en").t)).toBe("2 pcs");
    expect(quantityText(1000, "pcs", "en", texts("en").t)).toBe("1 pc");
    expect(quantityText(2000, "box", "en", texts("en").t)).toBe("2 box");
  });
});
