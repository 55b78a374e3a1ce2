import { type ChangeEvent, useRef } from "react";
import { Icon, type IconName } from "../../app/Icon.tsx";

interface Props {
  label: string;
  /** Read out instead of the label where several such buttons stand on one screen. */
  ariaLabel?: string;
  icon: IconName;
  isPrimary?: boolean;
  isDisabled: boolean;
  /** From the camera, else from the gallery. */
  isCamera: boolean;
  isMany?: boolean;
  onFiles: (files: File[]) => void;
}

/** A button that opens the camera or the gallery of the phone. */
export function FileButton(props: Props) {
  const input = useRef<HTMLInputElement>(null);
  function chosen(event: ChangeEvent<HTMLInputElement>) {
    const files = [...(event.target.files ?? [])];
    // The same file may be chosen again after it was refused.
    event.target.value = "";
    props.onFiles(files);
  }
  return (
    <>
      <button
        type="button"
        className={props.isPrimary ? "button primary" : "button"}
        aria-label={props.ariaLabel}
        disabled={props.isDisabled}
        onClick={() => input.current?.click()}
      >
        <Icon name={props.icon} size={20} />
        {props.label}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        {...(props.isCamera ? { capture: "environment" } : {})}
        multiple={props.isMany}
        className="photos-input"
        data-source={props.isCamera ? "camera" : "gallery"}
        tabIndex={-1}
        aria-hidden="true"
        onChange={chosen}
      />
    </>
  );
}
