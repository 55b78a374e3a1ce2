/** The camera of the phone as a scanner uses it: open, light, close; refusals by their reason. */
export type CameraProblem = "denied" | "none" | "busy" | "insecure" | "engine" | "other";

export class CameraRefused extends Error {
  readonly problem: CameraProblem;

  constructor(problem: CameraProblem, cause?: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

/** Why a browser gave no camera. */
export function problemOf(name: string): CameraProblem {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
    case "PermissionDeniedError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
    case "DevicesNotFoundError":
      return "none";
    case "NotReadableError":
    case "AbortError":
    case "TrackStartError":
      return "busy";
    default:
      return "other";
  }
}

export interface Camera {
  stop: () => void;
  /** Switches the light; undefined where the camera has none. */
  light: ((isOn: boolean) => Promise<void>) | undefined;
}

/** Show the camera at the back of the phone in a video element. */
export async function openCamera(video: HTMLVideoElement, signal: AbortSignal): Promise<Camera> {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraRefused("insecure");
  const stream = await ask();
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  if (signal.aborted) {
    stop();
    throw new CameraRefused("other");
  }
  video.srcObject = stream;
  try {
    await video.play();
  } catch (error) {
    stop();
    throw new CameraRefused("other", error);
  }
  return { stop, light: lightOf(stream) };
}

async function ask(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    throw new CameraRefused(problemOf(error instanceof Error ? error.name : ""), error);
  }
}

function lightOf(stream: MediaStream): Camera["light"] {
  const [track] = stream.getVideoTracks();
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (!track || !can?.torch) return undefined;
  return (isOn) =>
    track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] });
}
