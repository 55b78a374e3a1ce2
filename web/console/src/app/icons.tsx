import type { ReactElement } from "react";

/** Line icons of 16 × 16, drawn in the colour of the text; words stand beside them. */
const PATHS = {
  urgent: "M3 8.5 8 3.5l5 5M3 13 8 8l5 5",
  high: "M3 10.5 8 5.5l5 5",
  normal: "M3.5 8h9",
  low: "M3 5.5 8 10.5l5-5",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.8 10.8 14 14",
  filter: "M2 3.5h12M4.5 8h7M7 12.5h2",
  plus: "M8 3v10M3 8h10",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  left: "M10 3 5 8l5 5",
  right: "M6 3l5 5-5 5",
  down: "M3 6l5 5 5-5",
  user: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14c.6-2.7 2.8-4 5.5-4s4.9 1.3 5.5 4",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.5V8l2.5 1.5",
  bell: "M4 11V7a4 4 0 1 1 8 0v4l1 1.5H3L4 11ZM6.5 14h3",
  list: "M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.01M2 8h.01M2 12h.01",
  map: "M6 3 2 4.5v9L6 12l4 1.5 4-1.5V3l-4 1.5L6 3ZM6 3v9M10 4.5v9",
  panel: "M2 3h12v10H2zM9.5 3v10",
  timeline: "M2 4h6M5 8h7M3.5 12H9",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z",
  auto: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M8 5h4.2M8 8h6M8 11h4.2",
  keyboard: "M1.5 4h13v8h-13zM4 6.5h.01M6.6 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.5h7",
  grip: "M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01",
  link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3 3 0 0 1 3 8.5L4.5 7",
  check: "M3 8.5 6.5 12 13 4.5",
  photo: "M2 4.5h3L6 3h4l1 1.5h3v8H2zM8 10.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  warning: "M8 2 1.5 13.5h13L8 2ZM8 6.5v3.5M8 12h.01",
  device:
    "M4 4h8v8H4zM6.5 1.5V4M9.5 1.5V4M6.5 12v2.5M9.5 12v2.5M1.5 6.5H4M1.5 9.5H4M12 6.5h2.5M12 9.5h2.5",
  offline:
    "M2 2l12 12M4.5 7.5a5 5 0 0 1 2-1.2M2 5a9 9 0 0 1 2-1.3M11.5 7.5a5 5 0 0 0-1.3-.9M14 5a9 9 0 0 0-6.5-2M6.5 10a2.5 2.5 0 0 1 3 0M8 12.5h.01",
  pin: "M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.8 8 14 8 14ZM8 8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z",
  phone: "M5 2 3 3c0 5 5 10 10 10l1-2-3-2-1.5 1.5C7.5 9.5 6.5 8.5 5.5 6.5L7 5 5 2Z",
  out: "M9 3H3v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" || name === "grip" ? 2.2 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
