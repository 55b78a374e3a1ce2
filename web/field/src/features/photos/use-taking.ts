import type { SyncClient } from "@truckroll/sync-client";
import { useCallback, useEffect, useState } from "react";
import { hasRoomForPhoto, type PhotoProblem, takePhotos } from "./take-photos.ts";

export interface Taking {
  /** Which photo of how many is being made small; null while nothing is under way. */
  progress: { index: number; count: number } | null;
  problems: PhotoProblem[];
  /** How many were kept the last time. */
  keptCount: number;
  isFull: boolean;
  take: (files: File[]) => Promise<string[]>;
  dismiss: (id: number) => void;
  checkRoom: () => void;
}

/** Taking photos for a work order, with what became of each. */
export function useTaking(client: SyncClient, workOrderId: string): Taking {
  const [progress, setProgress] = useState<Taking["progress"]>(null);
  const [problems, setProblems] = useState<PhotoProblem[]>([]);
  const [keptCount, setKeptCount] = useState(0);
  const [isFull, setFull] = useState(false);
  const checkRoom = useCallback(() => {
    void hasRoomForPhoto().then((hasRoom) => setFull(!hasRoom));
  }, []);
  useEffect(checkRoom, [checkRoom]);

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
    checkRoom();
    return taken.ids;
  }

  const dismiss = (id: number) => setProblems((now) => now.filter((one) => one.id !== id));
  return { progress, problems, keptCount, isFull, take, dismiss, checkRoom };
}
