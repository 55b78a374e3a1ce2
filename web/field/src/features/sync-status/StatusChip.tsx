import type { SyncClient } from "@truckroll/sync-client";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { Icon } from "../../app/Icon.tsx";
import { useNow, useStatus } from "../../app/live.ts";
import { ageText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { type Chip, chipOf } from "./chip.ts";
import "./sync-status.css";

/** On every screen: whether the work is safe, in a word, an icon and a colour; leads to the page. */
export function StatusChip({ client }: { client: SyncClient }) {
  const { t } = useTexts();
  const [here] = useLocation();
  const status = useStatus(client);
  const chip = chipOf(status, useNow());
  const words = useChipWords(chip);
  return (
    <>
      <Link
        href="/sync"
        className={`chip ${chip.tone}`}
        aria-current={here === "/sync" ? "page" : undefined}
        data-status={chip.text}
      >
        <span
          className={chip.icon === "sync" && chip.tone === "busy" ? "spin chip-icon" : "chip-icon"}
        >
          <Icon name={chip.icon} size={18} />
        </span>
        <span className="visually-hidden">{t("sync.chip.label")} </span>
        <span className="chip-words number">{words}</span>
      </Link>
      <Announcement words={words} isWorth={chip.tone !== "busy"} />
    </>
  );
}

function useChipWords(chip: Chip): string {
  const { t, locale } = useTexts();
  const words = t(`sync.chip.${chip.text}`, { count: chip.count });
  return chip.since === null ? words : `${words} · ${ageText(chip.since, new Date(), locale)}`;
}

const PATIENCE_MS = 1_500;

/** Tells a screen reader what came of it, not every step on the way. */
function Announcement({ words, isWorth }: { words: string; isWorth: boolean }) {
  const [said, setSaid] = useState("");
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isWorth) return;
    const timer = setTimeout(() => {
      // What was so when the screen opened is no news.
      if (!isFirst.current) setSaid(words);
      isFirst.current = false;
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [words, isWorth]);
  return (
    <span role="status" className="visually-hidden">
      {said}
    </span>
  );
}
