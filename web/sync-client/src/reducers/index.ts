import type { CommandType, Kind, NewCommand } from "../types.ts";
import { attachmentEffects } from "./attachment.ts";
import { bookingEffects } from "./booking.ts";
import { checklistEffects } from "./checklist.ts";
import { type Effect, type Effects, type Look, type Recorded, type Touched } from "./reducer.ts";
import { repairEffects } from "./repair.ts";
import { ticketEffects } from "./ticket.ts";
import { workOrderEffects } from "./work-order.ts";
import type { Doc } from "../store.ts";

const EFFECTS: Effects = {
  ...workOrderEffects,
  ...checklistEffects,
  ...repairEffects,
  ...attachmentEffects,
  ...ticketEffects,
  ...bookingEffects,
  // Where an engineer is, is shown at the desk only.
  "position.record": { touch: () => ({ keys: [] }), reduce: {} },
};

export const COMMAND_TYPES = Object.keys(EFFECTS) as CommandType[];

export function touchedBy(command: NewCommand, look: Look): Promise<Touched> | Touched {
  const effect: Effect | undefined = EFFECTS[command.type];
  return effect ? effect.touch(command, look) : { keys: [] };
}

/** A document of a kind as it looks after commands, in their order. */
export function after(
  kind: Kind,
  doc: Doc | undefined,
  commands: readonly Recorded[],
): Doc | undefined {
  return commands.reduce<Doc | undefined>((shown, command) => {
    const reduce = EFFECTS[command.type]?.reduce[kind];
    return reduce ? reduce(shown, command) : shown;
  }, doc);
}
