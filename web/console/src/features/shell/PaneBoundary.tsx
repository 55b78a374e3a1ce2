import { Component, type ReactElement, type ReactNode } from "react";
import { FailureNotice } from "../../app/FailureNotice.tsx";

/** A pane that breaks says so and leaves the others working. */
export class PaneBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Broken error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

function Broken(props: { error: unknown; onRetry: () => void }): ReactElement {
  return (
    <div className="pane-broken">
      <FailureNotice error={{ ...BROKEN, detail: "" }} onRetry={props.onRetry} />
    </div>
  );
}

const BROKEN = { code: "pane-broken", status: 500, errors: {}, params: {} };
