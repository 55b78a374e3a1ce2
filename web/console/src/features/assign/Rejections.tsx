import type { ReactElement } from "react";
import type { Rejection } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { sentenceOf } from "./explain.ts";
import { useWording } from "./wording.ts";

interface Props {
  rejected: readonly Rejection[];
  chooseTime: (engineerId: string) => Promise<void>;
}

/** Who cannot go and why; a person may know better than the rule. */
export function Rejections({ rejected, chooseTime }: Props): ReactElement | null {
  const { t } = useTexts();
  const wording = useWording();
  if (rejected.length === 0) return null;
  return (
    <details className="assign-rejected">
      <summary>{t("assign.rejected", { count: rejected.length })}</summary>
      <ul>
        {rejected.map((one) => (
          <li key={one.engineer_id}>
            <span>
              <strong>{one.engineer_name}</strong>
              <span>{sentenceOf(one, wording)}</span>
            </span>
            {one.code !== "engineer-archived" && (
              <button
                type="button"
                className="assign-link"
                onClick={() => void chooseTime(one.engineer_id)}
              >
                {t("assign.anyway")}
                <span className="visually-hidden"> {one.engineer_name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
