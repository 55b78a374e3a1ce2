import type { SyncClient } from "@truckroll/sync-client";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { type Photo, TONES } from "./photo-list.ts";
import { usePicture } from "./pictures.ts";

interface Props {
  client: SyncClient;
  photo: Photo;
  place: { index: number; count: number };
  onOpen: () => void;
}

/** A photo in the list: the picture, and in a word how safe it is. */
export function PhotoTile({ client, photo, place, onOpen }: Props) {
  const { t } = useTexts();
  const state = t(`photos.state.${photo.state}`, { percent: photo.percent });
  return (
    <button
      type="button"
      className="photos-tile"
      aria-label={t("photos.open", { ...place, state })}
      onClick={onOpen}
    >
      <Thumbnail client={client} id={photo.id} revision={photo.revision} />
      <PhotoMark photo={photo} />
    </button>
  );
}

export function PhotoMark({ photo }: { photo: Photo }) {
  const { t } = useTexts();
  const { tone, icon } = TONES[photo.state];
  return (
    <span className={`photos-mark ${tone}`}>
      <Icon name={icon} size={16} />
      {t(`photos.state.${photo.state}`, { percent: photo.percent })}
    </span>
  );
}

interface ThumbnailProps {
  client: SyncClient;
  id: string;
  revision: number;
}

export function Thumbnail({ client, id, revision }: ThumbnailProps) {
  const { t } = useTexts();
  const picture = usePicture(client, id, 320, revision);
  if (picture.state === "shown")
    return <img className="photos-picture" src={picture.url} alt="" decoding="async" />;
  return (
    <span className="photos-picture photos-blank">
      <Icon name={picture.state === "loading" ? "image" : "offline"} size={26} />
      {picture.state === "away" && <span>{t("photos.away-short")}</span>}
    </span>
  );
}
