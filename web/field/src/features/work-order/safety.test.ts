import { expect, test } from "vitest";
import { safetyOf } from "./safety.ts";
import { aCommand, aFile } from "./samples.ts";

test("work is safe only with a receipt for every entry and every file", () => {
  const done = aCommand({ status: "applied", isReceipted: true });
  const file = aFile({ status: "receipted" });

  expect(safetyOf([done], [file]).isSafe).toBe(true);
  expect(safetyOf([{ ...done, isReceipted: false }], [file]).isSafe).toBe(false);
  expect(safetyOf([done], [{ ...file, status: "stored" }]).isSafe).toBe(false);
  expect(safetyOf([done], [{ ...file, status: "refused" }]).isSafe).toBe(false);
});

test("a file and its announcement count once", () => {
  const announcement = aCommand({ type: "attachment.add", entityId: "file-1" });

  expect(safetyOf([announcement], [aFile()])).toMatchObject({ unsentEntries: 0, unsentFiles: 1 });
  expect(safetyOf([announcement], [aFile({ status: "stored" })])).toMatchObject({
    unsentEntries: 1,
    unsentFiles: 0,
  });
});

test("what the server kept aside is named, and safe", () => {
  const parked = aCommand({ status: "parked", isReceipted: true });

  const safety = safetyOf([parked], []);

  expect(safety.troubles).toEqual([parked]);
  expect(safety.isSafe).toBe(true);
});
