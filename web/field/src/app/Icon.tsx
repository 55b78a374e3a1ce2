const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 4.2L2.8 20h18.4L12 4.2zM12 10v4.5M12 17.3v.2",
  upload: "M12 16V5M7 9.5L12 4.5l5 5M5 19.5h14",
  sync: "M20 5v5h-5M4 19v-5h5M5.5 9.5A7.2 7.2 0 0 1 19 8.2L20 10M18.5 14.5A7.2 7.2 0 0 1 5 15.8L4 14",
  offline:
    "M3 3l18 18M8.5 16.5a5 5 0 0 1 7 0M5.3 12.8a9.6 9.6 0 0 1 4-2.3M2.5 9.3a14 14 0 0 1 4.3-2.7M14 10.3a9.6 9.6 0 0 1 4.7 2.5M11 5.6a14 14 0 0 1 10.5 3.7M12 20v.1",
  key: "M14.5 9.5a4 4 0 1 0-4.6 4L11.5 13l.5.5V15h1.5v1.5H15V18h4v-3l-5-5z",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  list: "M8 6.5h12M8 12h12M8 17.5h12M4 6.5h.1M4 12h.1M4 17.5h.1",
  settings: "M4 8h9M19 8h1M16 5.5v5M4 16h1M11 16h9M8 13.5v5",
  pin: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  phone:
    "M6.5 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z",
  route:
    "M6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 18h7a3.5 3.5 0 0 0 0-7H9a3.5 3.5 0 0 1 0-7h7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.3l3.5 2",
  part: "M12 3l8 4.5v9L12 21l-8-4.5v-9L12 3zM4.3 7.7L12 12l7.7-4.3M12 12v8.8",
  wrench:
    "M14.5 6.5a4.2 4.2 0 0 1 5.6-4l-3 3 1.4 1.4 3-3a4.2 4.2 0 0 1-5.4 5.5L8.5 17a2.5 2.5 0 1 1-3.5-3.5l7.6-7.6z",
  play: "M7.5 4.5v15l12-7.5z",
  pause: "M8.5 5v14M15.5 5v14",
  flag: "M6 21V4h11l-2 4 2 4H6",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z",
  download: "M12 4.5V16M7 11.5l5 5 5-5M5 19.5h14",
  leave: "M14 4.5H6v15h8M10.5 12H21M17 8l4 4-4 4",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  globe:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18",
  more: "M5.5 12h.1M12 12h.1M18.5 12h.1",
  note: "M5 4.5h14v11L14.5 20H5zM14.5 20v-4.5H19M8.5 9h7M8.5 12.5h4",
  gauge: "M4 17.5a9 9 0 1 1 16 0M12 14l4-5M12 14a.5.5 0 1 0 .1 0",
  pen: "M4 20l1-4L16.5 4.5l3 3L8 19l-4 1zM14 7l3 3",
  close: "M6 6l12 12M18 6L6 18",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.1",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M11 8v8M13.5 8v8M16 8v8",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  undo: "M8 5L4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9",
  torch: "M13.5 3L6 13.5h5L10 21l8-11h-5.5z",
  device:
    "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a word; the word says what it means. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
