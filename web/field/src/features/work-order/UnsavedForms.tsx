import { Link } from "wouter";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { anchorOf, type Unsaved } from "./unsaved.ts";

/** What was typed and not saved, each a link to where it stands. */
export function UnsavedForms({
  workOrderId,
  unsaved,
}: {
  workOrderId: string;
  unsaved: Unsaved[];
}) {
  const { t } = useTexts();
  if (unsaved.length === 0) return null;
  return (
    <div className="note warn">
      <Icon name="alert" />
      <div className="stack tight">
        <strong>{t("work-order.unsaved")}</strong>
        <ul className="missing">
          {unsaved.map((one) => (
            <li key={anchorOf(one)}>
              <Link href={`/work/${workOrderId}/do#${anchorOf(one)}`} replace>
                {one.form === "step" ? <bdi>{one.task.title}</bdi> : t(`work-order.${one.form}`)}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
