import type { SyncClient } from "@truckroll/sync-client";
import { useState } from "react";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { FileButton } from "./FileButton.tsx";
import { PhotoDialog } from "./PhotoDialog.tsx";
import { PhotoTile } from "./PhotoTile.tsx";
import { type Photo, readPhotos } from "./photo-list.ts";
import "./photos.css";
import type { PhotosProps } from "./props.ts";
import { TakingNotes } from "./TakingNotes.tsx";
import { useTaking } from "./use-taking.ts";

/** The photos of a work order: take more, see how safe each is, look at one. */
export function Photos({ client, workOrder }: PhotosProps) {
  const { t } = useTexts();
  const taking = useTaking(client, workOrder.id);
  const photos = useLive(client, `photos ${workOrder.id}`, () => readPhotos(client, workOrder.id));
  const [openId, setOpenId] = useState<string | null>(null);
  const isDisabled = taking.progress !== null || taking.isFull;
  const take = (files: File[]) => void taking.take(files);

  return (
    <div className="stack">
      {photos?.length === 0 && !taking.progress && (
        <p className="quiet-text">
          {t("photos.none")}. {t("photos.none-hint")}
        </p>
      )}
      {photos !== undefined && photos.length > 0 && (
        <Tiles client={client} photos={photos} onOpen={setOpenId} />
      )}
      <TakingNotes taking={taking} />
      <div className="photos-actions">
        <FileButton
          label={t("photos.take")}
          icon="camera"
          isPrimary
          isCamera
          isDisabled={isDisabled}
          onFiles={take}
        />
        <FileButton
          label={t("photos.choose")}
          icon="image"
          isCamera={false}
          isMany
          isDisabled={isDisabled}
          onFiles={take}
        />
      </div>
      <PhotoDialog
        client={client}
        photos={photos ?? []}
        openId={openId}
        onMove={setOpenId}
        onClose={() => setOpenId(null)}
      />
    </div>
  );
}

interface TilesProps {
  client: SyncClient;
  photos: Photo[];
  onOpen: (id: string) => void;
}

function Tiles({ client, photos, onOpen }: TilesProps) {
  const { t } = useTexts();
  return (
    <ul className="photos-grid" aria-label={t("photos.list")}>
      {photos.map((photo, index) => (
        <li key={photo.id}>
          <PhotoTile
            client={client}
            photo={photo}
            place={{ index: index + 1, count: photos.length }}
            onOpen={() => onOpen(photo.id)}
          />
        </li>
      ))}
    </ul>
  );
}
