import { type RefObject, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import type { Pad } from "./use-pad.ts";

interface Props {
  canvas: RefObject<HTMLCanvasElement | null>;
  pad: Pad;
  isDrawn: boolean;
  /** The name alone confirms: what was drawn is kept, in case the customer changes his mind. */
  isHidden: boolean;
  fault: string;
}

/** The field for the signature with its buttons. */
export function PadField({ canvas, pad, isDrawn, isHidden, fault }: Props) {
  const { t } = useTexts();
  const [isCleared, setCleared] = useState(false);
  function clear() {
    pad.clear();
    setCleared(true);
  }
  const said = isDrawn ? "signature.drawn" : "signature.cleared";
  return (
    <div className="field" hidden={isHidden}>
      <span className="label" aria-hidden="true">
        {t("signature.draw")}
      </span>
      <div className="signature-paper" data-phase={pad.phase} data-drawn={isDrawn}>
        <canvas ref={canvas} role="img" aria-label={t("signature.pad")} />
        <span className="signature-line" aria-hidden="true" />
        {pad.phase === "loading" && <p className="signature-over">{t("signature.loading")}</p>}
      </div>
      {pad.phase === "failed" && (
        <div className="note warn" role="alert">
          <Icon name="alert" />
          <div className="stack tight">
            <p>{t("signature.load-failed")}</p>
            <button type="button" className="button" onClick={pad.retry}>
              {t("signature.retry")}
            </button>
          </div>
        </div>
      )}
      <p role="alert" className="fault">
        {!isDrawn && fault}
      </p>
      <p role="status" className="visually-hidden">
        {(isDrawn || isCleared) && t(said)}
      </p>
      <div className="signature-buttons">
        <button type="button" className="button" disabled={!isDrawn} onClick={pad.undo}>
          <Icon name="undo" size={20} />
          {t("signature.undo")}
        </button>
        <button type="button" className="button" disabled={!isDrawn} onClick={clear}>
          <Icon name="close" size={20} />
          {t("signature.clear")}
        </button>
      </div>
    </div>
  );
}
