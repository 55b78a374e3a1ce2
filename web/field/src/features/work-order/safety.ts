import { type CommandState, type FileState, withoutAnnouncements } from "@truckroll/sync-client";

/** How much of what was recorded on one work order the server has signed for. */
export interface Safety {
  /** Entries and files that are still on this phone only. */
  unsentEntries: number;
  unsentFiles: number;
  /** Arrived, but not signed for yet. */
  unconfirmed: number;
  troubles: CommandState[];
  isSafe: boolean;
}

const TROUBLE = new Set(["conflict", "refused", "parked"]);

export function safetyOf(commands: CommandState[], files: FileState[]): Safety {
  const unsent = (status: string) => status === "queued" || status === "sent";
  const open = files.filter((file) => file.status === "waiting" || file.status === "sending");
  const entries = withoutAnnouncements(commands, open);
  const unsentEntries = entries.filter((command) => unsent(command.status)).length;
  const unconfirmed =
    commands.filter((command) => !unsent(command.status) && !command.isReceipted).length +
    files.filter((file) => file.status === "stored").length;
  const troubles = commands.filter((command) => TROUBLE.has(command.status));
  const refusedFiles = files.filter((file) => file.status === "refused").length;
  return {
    unsentEntries,
    unsentFiles: open.length,
    unconfirmed,
    troubles,
    isSafe: unsentEntries + open.length + unconfirmed + refusedFiles === 0,
  };
}
