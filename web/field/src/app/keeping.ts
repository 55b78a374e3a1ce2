import { useRef, useState } from "react";

export interface Keeping {
  isBusy: boolean;
  /** The code of why this phone could not keep it, for `common.not-kept`. */
  fault: string | null;
  /** Whether it was kept; a second tap while the first is under way does nothing. */
  keep: (record: () => Promise<unknown>) => Promise<boolean>;
}

/** Recording something once, with what to tell when the phone has no room for it. */
export function useKeeping(): Keeping {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const isRunning = useRef(false);

  async function keep(record: () => Promise<unknown>): Promise<boolean> {
    if (isRunning.current) return false;
    isRunning.current = true;
    setBusy(true);
    setFault(null);
    try {
      await record();
      return true;
    } catch (error) {
      console.warn("Not kept", error);
      setFault(codeOf(error));
      return false;
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  }
  return { isBusy, fault, keep };
}

export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "unknown";
}
