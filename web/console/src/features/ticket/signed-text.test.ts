import { expect, test } from "vitest";
import { signedLines, signedPaper } from "./signed-text.ts";

test("the signed text names answers and parts, and no ids", () => {
  const lines = signedLines({
    work_order_id: "01a20377-26f5-7ad5-8cab-184176f605bb",
    summary: "Works again",
    tasks: [{ title: "Pressure", value: "2.5", unit: "bar" }],
    parts: [{ name: "Filter", quantity: "1", unit: "pcs" }],
  });

  expect(lines).toEqual([
    { name: "summary", value: "Works again" },
    { name: "Pressure", value: "2.5 bar" },
    { name: "Filter", value: "1 pcs" },
  ]);
});

test("the paper of the field app is read as it was shown; strange parts are left empty", () => {
  const lines = [{ label: "Site", value: "Plant 1" }, null, { label: 7 }];
  const document = { v: 1, language: "en", title: "Work report", consent: "I agree." };

  expect(signedPaper({ ...document, sections: [{ heading: "Work", lines }] })?.sections).toEqual([
    {
      heading: "Work",
      lines: [
        { label: "Site", value: "Plant 1" },
        { label: "", value: "" },
        { label: "", value: "" },
      ],
    },
  ]);
  expect(signedPaper({ summary: "made elsewhere" })).toBeNull();
});
