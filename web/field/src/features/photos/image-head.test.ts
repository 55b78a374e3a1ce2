import { describe, expect, it } from "vitest";
import { readHead } from "./image-head.ts";

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const u16 = (n: number) => [n >> 8, n & 255];
const u32 = (n: number) => [...u16(n >>> 16), ...u16(n & 0xffff)];
const bytes = (...parts: number[][]) => Uint8Array.from(parts.flat());

function exif(orientation: number, takenAt: string, offset: string): number[] {
  const [when, zone] = [ascii(`${takenAt}\0`), ascii(`${offset}\0`)];
  const inner = 8 + 2 + 2 * 12 + 4;
  const texts = inner + 2 + 2 * 12 + 4;
  const tiff = [
    [...ascii("MM"), ...u16(42), ...u32(8)],
    [...u16(2), ...u16(0x0112), ...u16(3), ...u32(1), ...u16(orientation), ...u16(0)],
    [...u16(0x8769), ...u16(4), ...u32(1), ...u32(inner), ...u32(0)],
    [...u16(2), ...u16(0x9003), ...u16(2), ...u32(when.length), ...u32(texts)],
    [...u16(0x9011), ...u16(2), ...u32(zone.length), ...u32(texts + when.length), ...u32(0)],
    [...when, ...zone],
  ].flat();
  const body = [...ascii("Exif\0\0"), ...tiff];
  return [0xff, 0xe1, ...u16(body.length + 2), ...body];
}

const frame = (width: number, height: number) => [
  ...[0xff, 0xc0, ...u16(17), 8, ...u16(height), ...u16(width), 3],
  ...[1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
];
const JPEG = [0xff, 0xd8];
const SCAN = [0xff, 0xda, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0];

describe("the head of a picture", () => {
  it("a JPEG tells its size, how the camera was held and when", () => {
    const head = readHead(
      bytes(JPEG, exif(6, "2026:11:22 09:30:00", "+01:00"), frame(4032, 3024), SCAN),
    );

    expect(head).toEqual({
      format: "jpeg",
      width: 4032,
      height: 3024,
      orientation: 6,
      takenAt: "2026:11:22 09:30:00",
      offset: "+01:00",
    });
  });

  it("a JPEG without EXIF is upright and has no time", () => {
    const head = readHead(bytes(JPEG, frame(640, 480), SCAN));

    expect(head).toMatchObject({ width: 640, height: 480, orientation: 1, takenAt: "" });
  });

  it("an impossible orientation is ignored", () => {
    const head = readHead(bytes(JPEG, exif(77, "", ""), frame(10, 20), SCAN));

    expect(head?.orientation).toBe(1);
  });

  it("PNG, GIF, BMP and WebP tell their sizes", () => {
    const png = [137, ...ascii("PNG\r\n"), 0x1a, 10, ...u32(13), ...ascii("IHDR")];
    expect(readHead(bytes(png, u32(700), u32(500)))).toMatchObject({ width: 700, height: 500 });
    expect(readHead(bytes(ascii("GIF89a"), [64, 1, 240, 0]))).toMatchObject({
      format: "gif",
      width: 320,
      height: 240,
    });
    const bmp = [...ascii("BM"), ...new Array(12).fill(0), 40, 0, 0, 0];
    expect(readHead(bytes(bmp, [64, 1, 0, 0], [0x10, 0xff, 0xff, 0xff]))).toMatchObject({
      width: 320,
      height: 240,
    });
    const webp = [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBPVP8X"), ...new Array(8).fill(0)];
    expect(readHead(bytes(webp, [0xff, 0x0f, 0], [0xff, 0x0b, 0]))).toMatchObject({
      format: "webp",
      width: 4096,
      height: 3072,
    });
  });

  it("HEIC tells the size of the picture, not of its tiles", () => {
    const ispe = (w: number, h: number) => [
      ...u32(20),
      ...ascii("ispe"),
      ...u32(0),
      ...u32(w),
      ...u32(h),
    ];
    const heic = [...u32(24), ...ascii("ftypheic"), ...new Array(12).fill(0)];

    const head = readHead(bytes(heic, ispe(512, 512), ispe(4032, 3024)));

    expect(head).toMatchObject({ format: "heic", width: 4032, height: 3024 });
  });

  it("AVIF is not taken for HEIC", () => {
    expect(readHead(bytes(u32(24), ascii("ftypavifmif1miaf"), u32(0)))?.format).toBe("avif");
  });

  it("a picture cut off in its header is of a known kind and unknown size", () => {
    expect(readHead(bytes([137, ...ascii("PNG\r\n"), 0x1a, 10, 0, 0]))).toMatchObject({
      format: "png",
      width: 0,
    });
    expect(readHead(bytes(JPEG, [0xff, 0xe0]))).toMatchObject({ format: "jpeg", width: 0 });
  });

  it.each(["", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "hello"])(
    "%j is no picture",
    (content) => {
      expect(readHead(bytes(ascii(content)))).toBeNull();
    },
  );

  it("damaged EXIF never throws", () => {
    const whole = bytes(JPEG, exif(6, "2026:11:22 09:30:00", "+01:00"), frame(40, 30), SCAN);
    for (let cut = 0; cut < whole.length; cut++)
      for (const wrong of [0, 0xff]) {
        const broken = whole.slice();
        broken[cut] = wrong;
        expect(() => readHead(broken.slice(0, whole.length - (cut % 7)))).not.toThrow();
      }
  });
});
