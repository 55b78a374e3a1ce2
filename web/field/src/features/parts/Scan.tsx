import { type FormEvent, useRef, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { matchCode } from "./codes.ts";
import { PartChoice } from "./PartList.tsx";
import { useScanner } from "./use-scanner.ts";
import type { StockedPart } from "./van.ts";

interface Props {
  parts: StockedPart[];
  onChoose: (part: StockedPart) => void;
  onSearch: (text: string) => void;
}

type Found = { kind: "unknown"; code: string } | { kind: "several"; parts: StockedPart[] };

/** Find a part by its label: with the camera, or by typing the number. */
export function Scan({ parts, onChoose, onSearch }: Props) {
  const [found, setFound] = useState<Found | null>(null);
  function read(code: string) {
    const match = matchCode(code, parts);
    if (match.kind === "found") {
      navigator.vibrate?.(60);
      onChoose(match.part);
    } else setFound(match);
  }
  return (
    <div className="stack">
      {found ? (
        <NotOne
          found={found}
          onChoose={onChoose}
          onAgain={() => setFound(null)}
          onSearch={() => onSearch("")}
        />
      ) : (
        <Viewfinder onCode={read} />
      )}
      <TypeInstead onCode={read} />
    </div>
  );
}

function Viewfinder({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const { phase, isLit, switchLight, retry } = useScanner(video, onCode);
  const isSeeing = phase === "looking" || phase === "starting";
  return (
    <>
      <div className="scan-window" hidden={!isSeeing} data-phase={phase}>
        <video ref={video} muted playsInline aria-label={t("scan.video")} />
        <span className="scan-frame" aria-hidden="true" />
        {isLit !== undefined && (
          <button type="button" className="scan-light" aria-pressed={isLit} onClick={switchLight}>
            <Icon name="torch" size={20} />
            {t(isLit ? "scan.torch-off" : "scan.torch-on")}
          </button>
        )}
      </div>
      <div role="status">
        {isSeeing ? (
          <p className="quiet-text">{t(phase === "looking" ? "scan.aim" : "scan.starting")}</p>
        ) : (
          <div className="note warn">
            <Icon name="camera" />
            <div className="stack tight">
              <p>{t(`scan.problem.${phase}`)}</p>
              <button type="button" className="button" onClick={retry}>
                {t("scan.retry")}
              </button>
            </div>
          </div>
        )}
      </div>
    </>
  );
}

interface NotOneProps {
  found: Found;
  onChoose: (part: StockedPart) => void;
  onAgain: () => void;
  onSearch: () => void;
}

/** A code that is no part, or more than one. */
function NotOne({ found, onChoose, onAgain, onSearch }: NotOneProps) {
  const { t } = useTexts();
  return (
    <div className="stack" role="status">
      {found.kind === "several" ? (
        <div>
          <p>{t("scan.several")}</p>
          <ul className="parts-choices">
            {found.parts.map((part) => (
              <li key={part.id}>
                <PartChoice part={part} onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <div className="note warn">
          <Icon name="alert" />
          <div>
            <strong>{t("scan.unknown")}</strong> <bdi className="scan-code">{found.code}</bdi>
            <p>{t("scan.unknown-hint")}</p>
          </div>
        </div>
      )}
      <div className="parts-actions">
        <button type="button" className="button primary" onClick={onAgain}>
          <Icon name="scan" size={20} />
          {t("scan.again")}
        </button>
        <button type="button" className="button" onClick={onSearch}>
          <Icon name="search" size={20} />
          {t("scan.search")}
        </button>
      </div>
    </div>
  );
}

function TypeInstead({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useTexts();
  const [typed, setTyped] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    if (typed.trim() !== "") onCode(typed);
  }
  return (
    <form className="field" onSubmit={submit} aria-label={t("scan.type-instead")}>
      <p className="quiet-text">{t("scan.type-instead")}</p>
      <label htmlFor="scan-number">{t("scan.number")}</label>
      <div className="scan-type">
        <input
          id="scan-number"
          type="text"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button">
          {t("scan.find")}
        </button>
      </div>
    </form>
  );
}
