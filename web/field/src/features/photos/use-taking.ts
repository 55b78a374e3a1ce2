import type { SyncClient } from "@truckroll/sync-client";
import { useState, useSyncExternalStore } from "react";
import { checkRoom, isPhoneFull, onRoomChange } from "./room.ts";
import { type PhotoProblem, takePhotos } from "./take-photos.ts";

export interface Taking {
  /** Which photo of how many is being made small; null while nothing is under way. */
  progress: { index: number; count: number } | null;
  problems: PhotoProblem[];
  /** How many were kept the last time. */
  keptCount: number;
  isFull: boolean;
  take: (files: File[]) => Promise<string[]>;
  dismiss: (id: number) => void;
}

/** Taking photos for a work order, with what became of each. */
export function useTaking(client: SyncClient, workOrderId: string): Taking {
  const [progress, setProgress] = useState<Taking["progress"]>(null);
  const [problems, setProblems] = useState<PhotoProblem[]>([]);
  const [keptCount, setKeptCount] = useState(0);
  const isFull = useSyncExternalStore(onRoomChange, isPhoneFull);

  async function take(files: File[]): Promise<string[]> {
    if (files.length === 0) return [];
    setProblems([]);
    setKeptCount(0);
    const taken = await takePhotos(client, workOrderId, files, (index, count) =>
      setProgress({ index, count }),
    );
    setProgress(null);
    setProblems(taken.problems);
    setKeptCount(taken.ids.length);
    void checkRoom();
    return taken.ids;
  }

  const dismiss = (id: number) => setProblems((now) => now.filter((one) => one.id !== id));
  return { progress, problems, keptCount, isFull, take, dismiss };
}
