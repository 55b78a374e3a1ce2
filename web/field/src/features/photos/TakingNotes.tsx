import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { checkRoom } from "./room.ts";
import type { Taking } from "./use-taking.ts";

/** What is under way, what was kept, and what could not be, in words. */
export function TakingNotes({ taking }: { taking: Taking }) {
  const { t } = useTexts();
  const { progress, problems, keptCount, isFull } = taking;
  return (
    <>
      <p role="status" className={progress ? "photos-progress" : "visually-hidden"}>
        {progress && (
          <>
            <span className="spin photos-spin">
              <Icon name="sync" size={20} />
            </span>
            {t("photos.preparing", progress)}
          </>
        )}
        {!progress && keptCount > 0 && t("photos.kept", { count: keptCount })}
      </p>
      <div role="alert" className="stack tight">
        {isFull && <NoRoom />}
        {problems.map(({ id, name, refusal }) => (
          <div key={id} className="note bad">
            <Icon name="alert" />
            <div>
              <strong>
                <bdi>{name || t("photos.problems")}</bdi>
              </strong>
              <p>{t(`photos.problem.${refusal}`)}</p>
            </div>
            <button
              type="button"
              className="photos-dismiss"
              aria-label={`${t("photos.dismiss")}: ${name}`}
              onClick={() => taking.dismiss(id)}
            >
              <Icon name="close" size={20} />
            </button>
          </div>
        ))}
      </div>
    </>
  );
}

function NoRoom() {
  const { t } = useTexts();
  return (
    <div className="note warn">
      <Icon name="alert" />
      <div className="stack tight">
        <p>{t("photos.full")}</p>
        <button type="button" className="button" onClick={() => void checkRoom()}>
          {t("photos.full-retry")}
        </button>
      </div>
    </div>
  );
}
