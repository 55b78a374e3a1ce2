/**
 * Reading codes from a picture: with the browser's own detector where there is one (Android, macOS),
 * else with zxing as wasm, which the service worker keeps for work without signal.
 */
export interface Detector {
  /** The text of a code in the picture; null when there is none. */
  read: (video: HTMLVideoElement) => Promise<string | null>;
}

interface NativeDetector {
  detect: (source: CanvasImageSource) => Promise<{ rawValue: string }[]>;
}
interface NativeDetectors {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats: () => Promise<string[]>;
}

const NATIVE = ["qr_code", "data_matrix", "code_128", "code_39", "ean_13", "ean_8", "upc_a", "itf"];
const WIDEST = 1280;

export async function makeDetector(): Promise<Detector> {
  return (await nativeDetector()) ?? (await wasmDetector());
}

async function nativeDetector(): Promise<Detector | null> {
  const Native = (globalThis as { BarcodeDetector?: NativeDetectors }).BarcodeDetector;
  if (!Native) return null;
  try {
    const can = await Native.getSupportedFormats();
    const formats = NATIVE.filter((format) => can.includes(format));
    // Some systems have the name and no engine behind it.
    if (!formats.includes("qr_code") || !formats.includes("code_128")) return null;
    const detector = new Native({ formats });
    return { read: async (video) => (await detector.detect(video))[0]?.rawValue ?? null };
  } catch {
    return null;
  }
}

async function wasmDetector(): Promise<Detector> {
  const [{ prepareZXingModule, readBarcodes }, { default: wasm }] = await Promise.all([
    import("zxing-wasm/reader"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  return {
    read: async (video) => {
      const picture = pictureOf(video, canvas);
      if (!picture) return null;
      const [found] = await readBarcodes(picture, {
        formats: ["QRCode", "DataMatrix", "Code128", "Code39", "EANUPC", "ITF"],
        maxNumberOfSymbols: 1,
        tryHarder: true,
      });
      return found?.text ?? null;
    },
  };
}

function pictureOf(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  const factor = Math.min(1, WIDEST / Math.max(video.videoWidth, 1));
  const [width, height] = [video.videoWidth * factor, video.videoHeight * factor].map(Math.round);
  if (!width || !height) return null;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, 0, 0, width, height);
  return context?.getImageData(0, 0, width, height) ?? null;
}
