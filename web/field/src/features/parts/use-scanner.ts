import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { type Camera, type CameraProblem, CameraRefused, openCamera } from "./camera.ts";
import { type Detector, makeDetector } from "./detector.ts";

const PAUSE_MS = 120;

export type ScanPhase = "starting" | "looking" | CameraProblem;

export interface Scanner {
  phase: ScanPhase;
  /** Whether the light is on; undefined where the camera has none. */
  isLit: boolean | undefined;
  switchLight: () => void;
  retry: () => void;
}

/** Look through the camera until a code is read; a code counts when it was read twice. */
export function useScanner(
  video: RefObject<HTMLVideoElement | null>,
  onCode: (code: string) => void,
): Scanner {
  const [phase, setPhase] = useState<ScanPhase>("starting");
  const [attempt, setAttempt] = useState(0);
  const [isLit, setLit] = useState<boolean>();
  const camera = useRef<Camera>(undefined);
  const found = useRef(onCode);
  useEffect(() => {
    found.current = onCode;
  });

  useEffect(() => {
    const stopped = new AbortController();
    const element = video.current;
    if (!element) return;
    setPhase("starting");
    setLit(undefined);
    const ready = (opened: Camera) => {
      camera.current = opened;
      setPhase("looking");
      setLit(opened.light ? false : undefined);
    };
    scan(element, stopped.signal, ready)
      .then((code) => {
        if (code !== null) found.current(code);
      })
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) setPhase(refusalOf(error));
      });
    return () => {
      stopped.abort();
      camera.current?.stop();
      camera.current = undefined;
    };
  }, [video, attempt]);

  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  useReturn(retry);

  const switchLight = () => {
    const wanted = !isLit;
    camera.current
      ?.light?.(wanted)
      .then(() => setLit(wanted))
      .catch(() => setLit(undefined));
  };
  return { phase, isLit, switchLight, retry };
}

/** The system takes the camera away from a page in the background. */
function useReturn(onReturn: () => void): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") onReturn();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [onReturn]);
}

function refusalOf(error: unknown): CameraProblem {
  return error instanceof CameraRefused ? error.problem : "other";
}

async function scan(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onReady: (camera: Camera) => void,
): Promise<string | null> {
  // The engine is loaded while the person answers whether the camera may be used.
  const engine = makeDetector().catch((error: unknown) => error as Error);
  const camera = await openCamera(video, signal);
  try {
    const detector = await engine;
    if (detector instanceof Error || !("read" in detector))
      throw new CameraRefused("engine", detector);
    if (signal.aborted) return null;
    onReady(camera);
    return await look(video, detector, signal);
  } finally {
    camera.stop();
  }
}

async function look(
  video: HTMLVideoElement,
  detector: Detector,
  signal: AbortSignal,
): Promise<string | null> {
  let before: string | null = null;
  while (!signal.aborted) {
    const code = await detector.read(video).catch(() => null);
    if (code !== null && code === before) return signal.aborted ? null : code;
    before = code;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}
