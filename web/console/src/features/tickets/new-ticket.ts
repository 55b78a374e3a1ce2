/** A ticket that is being typed; pure. */
import type { TicketOpen } from "@truckroll/shared/api/gen/types.gen.ts";
import type { Priority } from "../../app/records.ts";

export const CHANNELS = ["phone", "email", "web", "app"] as const;

export interface NewTicketDraft {
  /** Made before it is sent: the same ticket sent twice is one. */
  id: string;
  site: { id: string; name: string; customerId: string } | null;
  /** What was typed to find the site, as long as none is chosen. */
  place: string;
  assetId: string;
  faultCodeId: string;
  title: string;
  /** A title that came from the chosen fault; typing one's own keeps it. */
  titleOfFault: string;
  priority: Priority;
  reporter: string;
  channel: (typeof CHANNELS)[number];
  description: string;
}

export function emptyDraft(): NewTicketDraft {
  return {
    id: crypto.randomUUID(),
    site: null,
    place: "",
    assetId: "",
    faultCodeId: "",
    title: "",
    titleOfFault: "",
    priority: "normal",
    reporter: "",
    channel: "phone",
    description: "",
  };
}

/** Where it is, in the words of the server. */
export function placeOf(draft: NewTicketDraft) {
  return {
    ...(draft.site && { site_id: draft.site.id }),
    ...(draft.assetId && { asset_id: draft.assetId }),
    ...(draft.faultCodeId && { fault_code_id: draft.faultCodeId }),
  };
}

export function bodyOf(draft: NewTicketDraft): TicketOpen {
  return {
    id: draft.id,
    title: draft.title.trim(),
    priority: draft.priority,
    channel: draft.channel,
    description: draft.description.trim(),
    reporter_name: draft.reporter.trim(),
    ...placeOf(draft),
    ...(draft.site && { customer_id: draft.site.customerId }),
  };
}

/** A place was named and none chosen: sent like this, the ticket would have no site. */
export function isPlaceOpen({ site, place }: NewTicketDraft): boolean {
  return site === null && place.trim() !== "";
}

interface Fault {
  id: string;
  title: string;
  priority: Priority;
}

/** What choosing a fault fills in: never over what somebody has typed. */
export function withFault(draft: NewTicketDraft, fault: Fault | null): Partial<NewTicketDraft> {
  if (!fault) return { faultCodeId: "" };
  const isFree = draft.title.trim() === "" || draft.title === draft.titleOfFault;
  const title = isFree ? fault.title : draft.title;
  return { faultCodeId: fault.id, title, titleOfFault: fault.title, priority: fault.priority };
}

interface Named {
  name: string;
  address: string;
  number: number;
}

/** Sites by number, or by words in any order in name and address; names that begin so come first. */
export function sitesCalled<T extends Named>(sites: T[], asked: string): T[] {
  const words = asked.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const rank = (site: T) => {
    const name = site.name.toLocaleLowerCase();
    const text = `${name} ${site.address.toLocaleLowerCase()}`;
    if (!words.every((word) => text.includes(word))) return String(site.number) === asked ? 1 : -1;
    return name.startsWith(words[0] ?? "") ? 0 : 1;
  };
  return sites
    .map((site) => ({ site, at: rank(site) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || a.site.name.localeCompare(b.site.name))
    .map(({ site }) => site);
}
