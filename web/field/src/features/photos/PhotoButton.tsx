import { useState } from "react";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { FileButton } from "./FileButton.tsx";
import { PhotoDialog } from "./PhotoDialog.tsx";
import { readPhotos } from "./photo-list.ts";
import { PhotoTile } from "./PhotoTile.tsx";
import "./photos.css";
import type { PhotoButtonProps } from "./props.ts";
import { TakingNotes } from "./TakingNotes.tsx";
import { useTaking } from "./use-taking.ts";

/** The photo that a step of the checklist asks for; the last one taken answers it. */
export function PhotoButton(props: PhotoButtonProps) {
  const { client, workOrder, label, attachmentId } = props;
  const taking = useTaking(client, workOrder.id);
  const photos = useLive(client, `photos ${workOrder.id}`, () => readPhotos(client, workOrder.id));
  const [isOpen, setOpen] = useState(false);
  const photo = photos?.find(({ id }) => id === attachmentId);

  async function take(files: File[]) {
    const taken = (await taking.take(files)).at(-1);
    if (taken !== undefined) props.onTaken(taken);
  }

  return (
    <div className="stack tight">
      {photo && (
        <div className="photos-single">
          <PhotoTile
            client={client}
            photo={photo}
            place={{ index: 1, count: 1 }}
            onOpen={() => setOpen(true)}
          />
        </div>
      )}
      <TakingNotes taking={taking} />
      {!props.isDisabled && (
        <Ways
          step={label}
          isAnother={photo !== undefined}
          isDisabled={taking.progress !== null || taking.isFull}
          onFiles={(files) => void take(files)}
        />
      )}
      <PhotoDialog
        client={client}
        photos={photo ? [photo] : []}
        openId={isOpen ? attachmentId : null}
        onMove={() => undefined}
        onClose={() => setOpen(false)}
      />
    </div>
  );
}

interface WaysProps {
  step: string;
  isAnother: boolean;
  isDisabled: boolean;
  onFiles: (files: File[]) => void;
}

/** A photo is taken now, or was taken before. */
function Ways({ step, isAnother, isDisabled, onFiles }: WaysProps) {
  const { t } = useTexts();
  const named = (action: string) => t("photos.for-step", { action, step });
  const take = t(isAnother ? "photos.another" : "photos.take");
  return (
    <div className="photos-actions">
      <FileButton
        label={take}
        ariaLabel={named(take)}
        icon="camera"
        isCamera
        isDisabled={isDisabled}
        onFiles={onFiles}
      />
      <FileButton
        label={t("photos.choose")}
        ariaLabel={named(t("photos.choose"))}
        icon="image"
        isCamera={false}
        isDisabled={isDisabled}
        onFiles={onFiles}
      />
    </div>
  );
}
