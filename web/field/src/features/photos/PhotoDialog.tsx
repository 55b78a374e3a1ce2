import { dayAndTime } from "@truckroll/shared/format.ts";
import type { SyncClient } from "@truckroll/sync-client";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { type Photo } from "./photo-list.ts";
import { PhotoMark } from "./PhotoTile.tsx";
import { usePicture } from "./pictures.ts";

interface Props {
  client: SyncClient;
  photos: Photo[];
  openId: string | null;
  onMove: (id: string) => void;
  onClose: () => void;
}

/** One photo over the whole screen, and the way to the ones beside it. */
export function PhotoDialog({ client, photos, openId, onMove, onClose }: Props) {
  const { t } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const index = photos.findIndex((photo) => photo.id === openId);
  const photo = photos[index];
  const isOpen = photo !== undefined;
  useEffect(() => {
    const element = dialog.current;
    if (isOpen && !element?.open) element?.showModal();
    if (!isOpen && element?.open) element.close();
  }, [isOpen]);

  const go = (step: number) => {
    const next = photos[index + step];
    if (next) onMove(next.id);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  };
  const title = t("photos.photo", { index: index + 1, count: photos.length });

  return (
    <dialog
      ref={dialog}
      className="photos-dialog"
      aria-label={title}
      onClose={onClose}
      onKeyDown={keys}
    >
      {photo && (
        <div className="photos-full">
          <Head title={title} onClose={onClose} />
          <FullPicture key={photo.id} client={client} photo={photo} title={title} />
          <Facts photo={photo} />
          <div className="photos-steps">
            <Step to={-1} label={t("photos.previous")} isThere={index > 0} onGo={go} />
            <Step to={1} label={t("photos.next")} isThere={index < photos.length - 1} onGo={go} />
          </div>
        </div>
      )}
    </dialog>
  );
}

function Head({ title, onClose }: { title: string; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <header>
      <h2 aria-live="polite">{title}</h2>
      <button
        type="button"
        className="photos-round"
        aria-label={t("photos.close")}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}

interface StepProps {
  to: 1 | -1;
  label: string;
  isThere: boolean;
  onGo: (step: number) => void;
}

/** Stays in place at both ends, so that the focus is not lost. */
function Step({ to, label, isThere, onGo }: StepProps) {
  return (
    <button
      type="button"
      className="button"
      aria-disabled={!isThere}
      onClick={() => isThere && onGo(to)}
    >
      {to === -1 && <Icon name="back" size={20} />}
      {label}
      {to === 1 && <Icon name="forward" size={20} />}
    </button>
  );
}

function FullPicture({
  client,
  photo,
  title,
}: {
  client: SyncClient;
  photo: Photo;
  title: string;
}) {
  const { t } = useTexts();
  const picture = usePicture(client, photo.id, 1600, photo.revision);
  if (picture.state === "shown")
    return <img className="photos-whole" src={picture.url} alt={title} />;
  const words = {
    loading: "photos.loading",
    away: "photos.away",
    damaged: "photos.damaged",
  } as const;
  return (
    <p className="photos-whole photos-blank" role="status">
      <Icon name={picture.state === "loading" ? "image" : "offline"} size={40} />
      {t(words[picture.state])}
    </p>
  );
}

function Facts({ photo }: { photo: Photo }) {
  const { t, locale } = useTexts();
  return (
    <div className="photos-facts">
      <div className="row between">
        <PhotoMark photo={photo} />
        {photo.takenAt && (
          <time className="number quiet-text" dateTime={photo.takenAt}>
            {dayAndTime(photo.takenAt, locale)}
          </time>
        )}
      </div>
      <p className="quiet-text">{t(`photos.meaning.${photo.state}`)}</p>
    </div>
  );
}
