import type { CommandState, FileState } from "@truckroll/sync-client";

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
  const unsentEntries = commands.filter(
    (command) => unsent(command.status) && command.type !== "attachment.add",
  ).length;
  const unsentFiles = files.filter(
    (file) => file.status === "waiting" || file.status === "sending",
  ).length;
  const unconfirmed =
    commands.filter((command) => !unsent(command.status) && !command.isReceipted).length +
    files.filter((file) => file.status === "stored").length;
  const troubles = commands.filter((command) => TROUBLE.has(command.status));
  const refusedFiles = files.filter((file) => file.status === "refused").length;
  return {
    unsentEntries,
    unsentFiles,
    unconfirmed,
    troubles,
    isSafe: unsentEntries + unsentFiles + unconfirmed + refusedFiles === 0,
  };
}
