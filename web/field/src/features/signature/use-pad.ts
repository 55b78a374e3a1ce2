import type SignaturePad from "signature_pad";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { fitted, type PadSize, type PadStroke } from "./strokes.ts";

/** Paper and ink stay light and dark in every colour scheme: the picture is sent as it is seen. */
const PAPER = "#ffffff";
const INK = "#17212b";

export interface Drawn {
  strokes: PadStroke[];
  size: PadSize;
}

export interface Pad {
  phase: "loading" | "ready" | "failed";
  undo: () => void;
  clear: () => void;
  /** The signature as a picture on white paper. */
  picture: () => Promise<Blob | null>;
  retry: () => void;
}

type Group = ReturnType<SignaturePad["toData"]>[number];

/**
 * The field that is written on. It is sharp on every screen and keeps what was written when the
 * phone is turned; `start` is what was written before the app was closed.
 */
export function usePad(
  canvas: RefObject<HTMLCanvasElement | null>,
  start: Drawn | null,
  onChange: (drawn: Drawn) => void,
): Pad {
  const [phase, setPhase] = useState<Pad["phase"]>("loading");
  const [attempt, setAttempt] = useState(0);
  const pad = useRef<SignaturePad>(undefined);
  const size = useRef<PadSize>({ width: 0, height: 0 });
  /** Until the field has a size for it: it may be hidden at first. */
  const first = useRef(start);
  const changed = useLatest(onChange);
  const tell = useCallback(() => {
    if (pad.current) changed.current({ strokes: pad.current.toData(), size: size.current });
  }, [changed]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const refit = (made: SignaturePad) => {
      if (element.clientWidth === 0) return;
      const before = first.current ?? { strokes: made.toData(), size: size.current };
      size.current = fit(element, made, before);
      first.current = null;
    };
    const ready = (made: SignaturePad) => {
      pad.current = made;
      made.addEventListener("endStroke", tell);
      setPhase("ready");
    };
    const leave = mount(element, { refit, ready, failed: () => setPhase("failed") });
    return () => {
      leave();
      pad.current = undefined;
    };
  }, [canvas, attempt, tell]);

  const replace = (strokes: Group[]) => {
    pad.current?.clear();
    pad.current?.fromData(strokes);
    tell();
  };
  return {
    phase,
    undo: () => replace(pad.current?.toData().slice(0, -1) ?? []),
    clear: () => replace([]),
    picture: () => pictureOf(canvas.current),
    retry: () => {
      setPhase("loading");
      setAttempt((n) => n + 1);
    },
  };
}

/** What was given last, for those that were told of an earlier one. */
function useLatest<T>(given: T): RefObject<T> {
  const latest = useRef(given);
  useEffect(() => {
    latest.current = given;
  });
  return latest;
}

interface Mounting {
  /** Draw again, for the size that the field has now. */
  refit: (pad: SignaturePad) => void;
  ready: (pad: SignaturePad) => void;
  failed: () => void;
}

/** Put a pad on the canvas and keep it fitted, until the returned function is called. */
function mount(element: HTMLCanvasElement, { refit, ready, failed }: Mounting): () => void {
  let pad: SignaturePad | undefined;
  let isGone = false;
  const watcher = new ResizeObserver(() => pad && refit(pad));
  load(element)
    .then((made) => {
      if (isGone) return made.off();
      pad = made;
      refit(made);
      watcher.observe(element);
      ready(made);
    })
    .catch(failed);
  return () => {
    isGone = true;
    watcher.disconnect();
    pad?.off();
  };
}

async function load(element: HTMLCanvasElement): Promise<SignaturePad> {
  const { default: Pad } = await import("signature_pad");
  return new Pad(element, {
    backgroundColor: PAPER,
    penColor: INK,
    minWidth: 0.8,
    maxWidth: 2.8,
    throttle: 8,
  });
}

/** Give the canvas as many pixels as the screen has, and draw again what was written. */
function fit(element: HTMLCanvasElement, pad: SignaturePad, before: Drawn): PadSize {
  const now = { width: element.clientWidth, height: element.clientHeight };
  const ratio = Math.max(devicePixelRatio || 1, 1);
  element.width = Math.round(now.width * ratio);
  element.height = Math.round(now.height * ratio);
  element.getContext("2d")?.scale(ratio, ratio);
  pad.clear();
  pad.fromData(fitted(before.strokes as Group[], before.size, now));
  return now;
}

function pictureOf(element: HTMLCanvasElement | null): Promise<Blob | null> {
  return new Promise((resolve) => {
    if (element) element.toBlob(resolve, "image/png");
    else resolve(null);
  });
}
