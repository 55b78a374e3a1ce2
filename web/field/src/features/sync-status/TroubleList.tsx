import { dayAndTime } from "@truckroll/shared/format.ts";
import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { useTexts } from "../../texts.ts";
import { commandWords, reasonKey } from "./command-words.ts";
import type { Trouble } from "./open-work.ts";

/** What the server kept aside: what it was, why, and what happens now. Nothing of it is lost. */
export function TroubleList({ troubles }: { troubles: Trouble[] }) {
  const { t } = useTexts();
  return (
    <section className="stack" aria-labelledby="troubles">
      <h2 id="troubles">{t("sync.troubles")}</h2>
      <ul className="stack">
        {troubles.map((trouble) => (
          <TroubleCard key={trouble.command.id} trouble={trouble} />
        ))}
      </ul>
    </section>
  );
}

function TroubleCard({ trouble: { command, workOrder } }: { trouble: Trouble }) {
  const texts = useTexts();
  const { t, locale } = texts;
  const { client, account } = useOpened();
  const keeping = useKeeping();
  const status =
    command.status === "conflict" || command.status === "parked" ? command.status : "refused";
  const zone = workOrder?.doc.site.timezone ?? account.timezone;
  return (
    <li className="card trouble stack tight">
      <div className="row between nowrap">
        <span className={status === "refused" ? "tag bad" : "tag warn"}>
          <Icon name="alert" size={14} />
          {t(`sync.trouble.${status}`)}
        </span>
        <span className="quiet-text small number">{dayAndTime(command.at, locale, zone)}</span>
      </div>
      <h3 dir="auto">{commandWords(command, texts, workOrder?.doc)}</h3>
      {workOrder ? (
        <Link href={`/work/${workOrder.id}`} className="trouble-link">
          <span className="number">#{workOrder.doc.ticket.number}</span>{" "}
          <bdi>{workOrder.doc.title}</bdi>
        </Link>
      ) : (
        command.about && (
          <p className="quiet-text">
            <span className="number">#{command.about.number}</span> <bdi>{command.about.title}</bdi>
          </p>
        )
      )}
      <p>{t(reasonKey(command, texts))}</p>
      <p className="quiet-text">{t(`sync.trouble.${status}.next`)}</p>
      <NotKept fault={keeping.fault} />
      <button
        type="button"
        className="button"
        aria-disabled={keeping.isBusy}
        onClick={() => void keeping.keep(() => client.dismissTrouble(command.id))}
      >
        {t("sync.trouble.seen")}
      </button>
    </li>
  );
}
