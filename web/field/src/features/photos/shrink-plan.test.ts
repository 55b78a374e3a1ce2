import { describe, expect, it } from "vitest";
import {
  hasRoom,
  hasShapeOf,
  photoName,
  refusalOf,
  shrunk,
  takenAt,
  upright,
} from "./shrink-plan.ts";

const HEAD = {
  format: "jpeg" as const,
  width: 4000,
  height: 3000,
  orientation: 1,
  takenAt: "",
  offset: "",
};
const NOW = new Date("2026-11-22T12:00:00Z");

describe("which files become photos", () => {
  it("an empty file is refused as empty, also when it is called a photo", () => {
    expect(refusalOf(0, null)).toBe("empty");
  });

  it("bytes of no picture are refused", () => {
    expect(refusalOf(12, null)).toBe("not-an-image");
  });

  it("forty megapixels are taken and more than fifty refused before they are decoded", () => {
    expect(refusalOf(9_000_000, { ...HEAD, width: 7744, height: 5166 })).toBeNull();
    expect(refusalOf(9_000_000, { ...HEAD, width: 10_000, height: 5001 })).toBe("too-many-pixels");
  });
});

describe("the size a photo is kept in", () => {
  it("the longer side becomes 1600 pixels", () => {
    expect(shrunk({ width: 4000, height: 3000 })).toEqual({ width: 1600, height: 1200 });
    expect(shrunk({ width: 3000, height: 4000 })).toEqual({ width: 1200, height: 1600 });
  });

  it("a small photo keeps its size and a thin one at least a pixel", () => {
    expect(shrunk({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    expect(shrunk({ width: 20_000, height: 2 })).toEqual({ width: 1600, height: 1 });
  });

  it("a camera held upright changes width and height", () => {
    expect(upright({ ...HEAD, orientation: 6 })).toEqual({ width: 3000, height: 4000 });
    expect(upright({ ...HEAD, orientation: 3 })).toEqual({ width: 4000, height: 3000 });
  });

  it("rounding does not change the shape, turning does", () => {
    expect(hasShapeOf({ width: 1600, height: 901 }, { width: 4032, height: 2268 })).toBe(true);
    expect(hasShapeOf({ width: 1600, height: 1200 }, { width: 1200, height: 1600 })).toBe(false);
  });
});

describe("when a photo was taken", () => {
  it("is what the camera says, with its offset", () => {
    const head = { takenAt: "2026:11:22 09:30:00", offset: "+08:00" };

    expect(takenAt(head, NOW).toISOString()).toBe("2026-11-22T01:30:00.000Z");
  });

  it("is the phone's own time where the camera gives no offset", () => {
    const head = { takenAt: "2026:11:21 09:30:00", offset: "" };

    expect(takenAt(head, NOW)).toEqual(new Date(2026, 10, 21, 9, 30));
  });

  it.each(["", "0000:00:00 00:00:00", "2031:01:01 00:00:00", "1970:01:01 00:00:00", "yesterday"])(
    "is now when the camera says %j",
    (text) => {
      expect(takenAt({ takenAt: text, offset: "" }, NOW)).toBe(NOW);
    },
  );
});

describe("room on the phone", () => {
  it("a photo leaves room for texts and signatures", () => {
    expect(hasRoom({ quota: 100_000_000, usage: 94_000_000 })).toBe(false);
    expect(hasRoom({ quota: 1_000_000_000, usage: 90_000_000 })).toBe(true);
  });

  it("a browser that does not tell is asked by writing", () => {
    expect(hasRoom({})).toBe(true);
  });
});

describe("the name of a photo", () => {
  it.each([
    ["IMG_0001.HEIC", "IMG_0001.jpg"],
    ["صورة 📷.png", "صورة 📷.jpg"],
    [".png", "photo.jpg"],
    ["", "photo.jpg"],
    ["v1.2 pump", "v1.jpg"],
  ])("%j is kept as %j", (name, kept) => {
    expect(photoName(name)).toBe(kept);
  });
});
