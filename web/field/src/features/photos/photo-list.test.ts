import type { FileState, Row } from "@truckroll/sync-client";
import { describe, expect, it } from "vitest";
import { photosOf } from "./photo-list.ts";

type Doc = Parameters<typeof photosOf>[0][number]["doc"];

function row(id: string, state: Doc["state"], taken_at: string, kind: Doc["kind"] = "photo") {
  const receipted_at = state === "stored" && id !== "d" ? taken_at : null;
  const doc = { id, entity_id: "w", kind, name: `${id}.jpg`, state, taken_at, receipted_at };
  const found: Row<Doc> = {
    ...{ kind: "attachment", id, revision: 3, doc },
    ...{ pending: false, revoked: false },
  };
  return found;
}

function file(attachmentId: string, status: FileState["status"], sentBytes = 0): FileState {
  return {
    attachmentId,
    entityId: "w",
    kind: "photo",
    name: "n.jpg",
    size: 1000,
    sentBytes,
    status,
  };
}

describe("the photos of a work order", () => {
  it("stand in the order they were taken, the newest last", () => {
    const photos = photosOf(
      [
        row("b", "stored", "2026-11-22T10:00:00+00:00"),
        row("a", "stored", "2026-11-22T10:30:00+01:00"),
      ],
      [file("c", "waiting")],
    );

    expect(photos.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("say how far this phone is with sending them", () => {
    const [photo] = photosOf(
      [row("a", "awaiting_blob", "2026-11-22T10:00:00Z")],
      [file("a", "sending", 456)],
    );

    expect(photo).toMatchObject({ state: "sending", percent: 45, name: "a.jpg" });
  });

  it("of other phones are safe once the server has signed for them, and said to be away before", () => {
    const photos = photosOf(
      [
        row("a", "stored", "2026-11-22T10:00:00Z"),
        row("b", "awaiting_blob", "2026-11-22T11:00:00Z"),
        row("c", "refused", "2026-11-22T12:00:00Z"),
        row("d", "stored", "2026-11-22T13:00:00Z"),
      ],
      [],
    );

    expect(photos.map(({ state }) => state)).toEqual([
      "receipted",
      "elsewhere",
      "refused",
      "elsewhere-stored",
    ]);
  });

  it("are not safe before the receipt, although the server has them", () => {
    const [photo] = photosOf(
      [row("a", "stored", "2026-11-22T10:00:00Z")],
      [file("a", "stored", 1000)],
    );

    expect(photo?.state).toBe("stored");
  });

  it("have no signatures and documents among them", () => {
    const signature: FileState = { ...file("s", "waiting"), kind: "signature" };

    expect(photosOf([row("d", "stored", "2026-11-22T10:00:00Z", "document")], [signature])).toEqual(
      [],
    );
  });
});
