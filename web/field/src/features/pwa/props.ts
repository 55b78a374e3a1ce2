/**
 * What the shell of the app needs from `features/pwa`: `pwa.ts` exports `pwa: Pwa`;
 * `UpdatePrompt.tsx`, `InstallHint.tsx` are components without props.
 */
export interface StorageState {
  isPersisted: boolean;
  usedBytes: number;
  quotaBytes: number;
  /** False when a photo might not fit any more. */
  hasRoom: boolean;
}

export interface Pwa {
  /** Registers the service worker; harmless where there is none. */
  register(): void;
  /** Asks the browser to keep the data; call after sign-in, in a user gesture where possible. */
  persist(): Promise<boolean>;
  storage(): Promise<StorageState>;
}
