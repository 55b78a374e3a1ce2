import { Component, type ReactElement, type ReactNode } from "react";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { askAgain } from "../../app/part.tsx";
import { Updated } from "../../app/UpdateNotice.tsx";
import { useIsUpdated } from "../../app/updates.ts";

/** A pane, or a part that is loaded later, says so when it breaks; the others go on. */
export class PaneBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  #retry = (): void => {
    askAgain();
    this.setState({ error: null });
  };

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Broken onRetry={this.#retry} />;
  }
}

/** A part of the build before cannot be had any more, however often it is asked for. */
function Broken({ onRetry }: { onRetry: () => void }): ReactElement {
  const isUpdated = useIsUpdated();
  return (
    <div className="pane-broken">
      {isUpdated ? (
        <Updated />
      ) : (
        <FailureNotice error={{ ...BROKEN, detail: "" }} onRetry={onRetry} />
      )}
    </div>
  );
}

const BROKEN = { code: "pane-broken", status: 500, errors: {}, params: {} };
