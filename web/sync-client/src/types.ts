/** What an app sees of the sync client; the wire's own shapes are in `wire.ts`. */

/** Whose data a phone holds; enough to start the app without a network. */
export interface Account {
  tenantId: string;
  tenantSlug: string;
  tenantName: string;
  userId: string;
  login: string;
  displayName: string;
  timezone: string;
  permissions: string[];
  engineerId: string | null;
}

/** The kinds of the change feed. A user receives those that the role may see. */
export type Kind =
  | "work_order"
  | "booking"
  | "attachment"
  | "ticket"
  | "customer"
  | "site"
  | "territory"
  | "asset"
  | "asset_model"
  | "device"
  | "alarm"
  | "part"
  | "stock_location"
  | "stock_level"
  | "discrepancy"
  | "engineer"
  | "engineer_position"
  | "skill"
  | "shift"
  | "absence";

export interface Row<D = Record<string, unknown>> {
  kind: Kind;
  id: string;
  /** The server's revision; 0 for a record that so far exists on this phone only. */
  revision: number;
  doc: D;
  /** The document shows changes that the server has not confirmed yet. */
  pending: boolean;
  /** No longer this user's; kept while unsent work exists. Show it there, not among the work. */
  revoked: boolean;
}

export type CommandType =
  | "work_order.start"
  | "work_order.pause"
  | "work_order.complete"
  | "work_order.sign_off"
  | "task.answer"
  | "reading.take"
  | "repair.record"
  | "part.consume"
  | "attachment.add"
  | "ticket.note"
  | "booking.travel"
  | "booking.arrive"
  | "booking.finish"
  | "position.record";

export interface NewCommand {
  type: CommandType;
  entityId: string;
  args: Record<string, unknown>;
  baseRevision?: number;
}

/** What became of a command. "sent" means that an answer is still awaited. */
export type CommandStatus =
  "queued" | "sent" | "applied" | "merged" | "conflict" | "refused" | "parked";

export interface CommandState {
  id: string;
  seq: number;
  type: CommandType;
  entityId: string;
  args: Record<string, unknown>;
  at: string;
  status: CommandStatus;
  code?: string;
  details?: Record<string, unknown>;
  /** The work order as it was called when this was recorded: its row may be gone. */
  about?: { number: number; title: string };
  isReceipted: boolean;
}

export type FileKind = "photo" | "signature" | "document";
export type FileStatus = "waiting" | "sending" | "stored" | "receipted" | "refused";

export interface FileState {
  attachmentId: string;
  entityId: string;
  kind: FileKind;
  name: string;
  size: number;
  sentBytes: number;
  status: FileStatus;
  code?: string;
}

export interface NewFile {
  entityKind: Kind;
  entityId: string;
  kind: FileKind;
  name: string;
  blob: Blob;
  takenAt: Date;
  attachmentId?: string;
}

/**
 * "safe" is said only while the server can be reached and has signed for every command and file;
 * "offline" says nothing about that, the counts do.
 */
export type Phase =
  | "starting"
  | "first-load"
  | "offline"
  | "syncing"
  | "waiting"
  | "safe"
  | "signed-out"
  | "revoked"
  | "trouble";

export interface SyncStatus {
  phase: Phase;
  isOnline: boolean;
  /** Whether this tab is the one that talks to the server. */
  isLeader: boolean;
  unsentCommands: number;
  unsentFiles: number;
  unsentBytes: number;
  /** Commands and files that have arrived, but that the server has not signed for yet. */
  unreceipted: number;
  oldestUnsentAt: string | null;
  lastSyncAt: string | null;
  rowsReceived: number;
  /** A first load has been complete once: the app can work without a network. */
  isLoaded: boolean;
  /** The phone's clock minus the server's. */
  clockSkewMs: number;
  /** Commands in conflict, refused or parked that nobody has looked at yet. */
  troubles: number;
  error?: { code: string; at: string };
}

export interface ClientOptions {
  account: Account;
  /** `fetch` in the name of the signed-in user; it renews the access token itself. */
  fetch: typeof fetch;
  baseUrl?: string;
  appVersion: string;
  installationName: string;
  now?: () => Date;
  newId?: () => string;
  indexedDB?: IDBFactory;
  IDBKeyRange?: typeof IDBKeyRange;
  locks?: LockManager;
}

export interface Drafts {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A refusal of the phone itself, for example "storage-full"; nothing has been changed then. */
export class SyncClientError extends Error {
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(code, { cause });
    this.name = "SyncClientError";
    this.code = code;
  }
}
