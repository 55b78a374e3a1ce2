/**
 * What the customer sees and signs. The screen draws this document and nothing else, so that what
 * was seen is what was signed; it carries its own words and needs no catalogue to be read later.
 */
import { isAnswered } from "@truckroll/shared/checklist.ts";
import { dayAndTime } from "@truckroll/shared/format.ts";
import type { Locale } from "@truckroll/shared/locale.ts";
import type { texts } from "../../texts.ts";
import { thousandthsOf } from "../parts/quantity.ts";
import { quantityText } from "../parts/quantity-text.ts";
import { inOrder } from "../work-order/steps.ts";
import type { FittedPart, Task, WorkOrderDocument } from "../work-order/documents.ts";
import { type Json, storable } from "./canonical.ts";

export type Way = "drawn" | "typed";

export interface Line {
  label: string;
  value: string;
}

export interface Section {
  heading: string;
  lines: Line[];
}

export interface SignedText {
  v: 1;
  language: Locale;
  title: string;
  work_order_id: string;
  number: number;
  sections: Section[];
  consent: string;
  way: Way;
}

export interface Shown {
  language: Locale;
  way: Way;
  timezone: string;
  /** When the text was put before the customer. */
  at: Date;
  engineer: string;
  summary: string;
  /** Titles of the steps that are not answered. */
  openSteps: string[];
}

type Texts = ReturnType<typeof texts>;
/** The server keeps documents of at most 2 000 values; a line has three. */
const MOST_LINES = 400;

export function signedText(work: WorkOrderDocument, shown: Shown, { t }: Texts): SignedText {
  const sections = [
    { heading: `${t("signed.work-order")} ${work.number}`, lines: aboutWork(work, shown, t) },
    { heading: t("signed.times"), lines: times(work, shown, t) },
    { heading: t("signed.done"), lines: done(work, shown, t) },
    { heading: t("signed.checks"), lines: checks(work, t) },
    { heading: t("signed.readings"), lines: readings(work) },
    { heading: t("signed.parts"), lines: parts(work, shown, t) },
    { heading: t("signed.open"), lines: shown.openSteps.map((step) => line("", step)) },
  ];
  return {
    v: 1,
    language: shown.language,
    title: t("signed.title"),
    work_order_id: work.id,
    number: work.number,
    sections: folded(sections.filter((section) => section.lines.length > 0)),
    consent: t(shown.way === "drawn" ? "signed.consent-drawn" : "signed.consent-typed"),
    way: shown.way,
  };
}

/** The document of the command: what was shown, and who says so. */
export function signedDocument(text: SignedText, signerName: string): Record<string, Json> {
  return { ...(text as unknown as Record<string, Json>), signer_name: signerName };
}

/** Read a document back; null for one that another app has made in its own way. */
export function signedTextOf(document: unknown): SignedText | null {
  const found = document as Partial<SignedText> | null;
  const isOurs = found?.v === 1 && Array.isArray(found.sections) && found.title !== undefined;
  return isOurs ? (found as SignedText) : null;
}

function aboutWork(work: WorkOrderDocument, shown: Shown, t: Texts["t"]): Line[] {
  return kept([
    line("", work.title),
    line(t("signed.site"), work.site.name),
    line(t("signed.address"), work.site.address),
    line(t("signed.asset"), work.asset?.name),
    line(t("signed.serial"), work.asset?.serial),
    line(t("signed.fault"), work.fault_code?.title),
    line(t("signed.engineer"), shown.engineer),
  ]);
}

function times(work: WorkOrderDocument, shown: Shown, t: Texts["t"]): Line[] {
  const at = (instant: string | Date | null) =>
    instant === null ? "" : `${dayAndTime(instant, shown.language, shown.timezone)}`;
  return kept([
    line(t("signed.started"), at(work.started_at)),
    line(t("signed.completed"), at(work.completed_at)),
    line(t("signed.shown"), `${at(shown.at)} (${shown.timezone})`),
  ]);
}

function done(work: WorkOrderDocument, shown: Shown, t: Texts["t"]): Line[] {
  const repairs = work.repairs.flatMap((repair) => [
    line(t("signed.cause"), repair.cause),
    line(t("signed.action"), repair.action),
  ]);
  return kept([...repairs, line(t("signed.summary"), shown.summary || work.summary)]);
}

function checks(work: WorkOrderDocument, t: Texts["t"]): Line[] {
  return inOrder(work.tasks)
    .filter(isAnswered)
    .map((task) => line(task.title, answerText(task, t)));
}

function answerText(task: Task, t: Texts["t"]): string {
  if (task.is_not_applicable) return t("signed.not-applicable", { remark: task.remark });
  return [valueText(task, t), task.remark].filter(Boolean).join(" · ");
}

function valueText({ kind, value, unit }: Task, t: Texts["t"]): string {
  if (typeof value === "boolean") return t(value ? "signed.yes" : "signed.no");
  if (kind === "photo") return t("signed.photo");
  return [value, kind === "reading" ? unit : ""].filter(Boolean).join(" ");
}

function readings(work: WorkOrderDocument): Line[] {
  return work.readings.map(({ name, value, unit }) => line(name, `${value} ${unit}`));
}

function parts(work: WorkOrderDocument, { language }: Shown, t: Texts["t"]): Line[] {
  const lines = sums(work.parts_fitted).map(({ part, thousandths }) =>
    line(`${part.name} (${part.number})`, quantityText(thousandths, part.unit, language, t)),
  );
  return lines.length > 0 ? lines : [line("", t("signed.parts-none"))];
}

/** One line per part, however often it was booked. */
function sums(fitted: FittedPart[]) {
  const found = new Map<string, { part: FittedPart; thousandths: number }>();
  for (const part of fitted) {
    const known = found.get(part.part_id)?.thousandths ?? 0;
    found.set(part.part_id, { part, thousandths: known + thousandthsOf(part.quantity) });
  }
  return [...found.values()];
}

function line(label: string, value: string | null | undefined): Line {
  return { label: storable(label), value: storable(value ?? "").trim() };
}

function kept(lines: Line[]): Line[] {
  return lines.filter(({ value }) => value !== "");
}

/** A checklist of hundreds of steps still fits: its lines become one text. */
function folded(sections: Section[]): Section[] {
  const count = sections.reduce((sum, { lines }) => sum + lines.length, 0);
  if (count <= MOST_LINES) return sections;
  return sections.map(({ heading, lines }) => ({
    heading,
    lines: [
      line(
        "",
        lines.map((item) => (item.label ? `${item.label}: ${item.value}` : item.value)).join("\n"),
      ),
    ],
  }));
}
