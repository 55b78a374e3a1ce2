/** Finds out that the server has another build of the console than this page runs. No framework. */

export interface BuildParts {
  /** The script that this page was started with. */
  own: () => string | null;
  /** The console's page as the server sends it now. */
  page: () => Promise<string>;
}

const SCRIPT = /<script\b[^>]*\bsrc="([^"]+)"/;

/** The script that a page starts with; its name holds a digest of the whole build. */
export function scriptIn(html: string): string | null {
  return SCRIPT.exec(html)?.[1] ?? null;
}

export class BuildWatch {
  readonly #parts: BuildParts;
  readonly #listeners = new Set<() => void>();
  #isUpdated = false;

  constructor(parts: BuildParts) {
    this.#parts = parts;
  }

  /** Whether this page belongs to a build that the server no longer has; never goes back. */
  isUpdated = (): boolean => this.#isUpdated;

  onUpdated = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Ask the server. Without an answer nothing is known, and nothing is said. */
  async look(): Promise<void> {
    if (this.#isUpdated) return;
    const page = await this.#parts.page().catch(() => "");
    const [there, here] = [scriptIn(page), this.#parts.own()];
    if (there === null || here === null || there === here) return;
    this.#isUpdated = true;
    for (const listener of this.#listeners) listener();
  }
}
