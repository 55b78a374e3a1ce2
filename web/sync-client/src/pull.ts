import type { Context } from "./context.ts";
import { applyPages, beginResync } from "./pages.ts";
import { FIRST_PAGE, nextPageSize, smallerPage } from "./plan.ts";
import { type PullAnswer, WireError } from "./wire.ts";

/** Fetching what has changed. A page is fetched while the one before is written. */

/** So many rows of an ordinary pull appear at once; a longer one appears in pieces. */
const AT_ONCE = 5000;

export class Puller {
  #size = FIRST_PAGE;

  /** Bring the rows up to the feed's height; a cursor without meaning starts a new load. */
  async pullAll(context: Context): Promise<void> {
    try {
      await this.#pull(context);
    } catch (error) {
      if (!(error instanceof WireError) || error.status !== 410) throw error;
      await beginResync(context.store);
      await this.#pull(context);
    }
  }

  async #pull(context: Context): Promise<void> {
    const { store } = context;
    const feed = await store.feed();
    let waiting: PullAnswer[] = [];
    let rows = 0;
    let coming: Promise<PullAnswer> | undefined = this.#fetch(context, feed.cursor);
    try {
      while (coming) {
        const page: PullAnswer = await coming;
        coming = page.more ? this.#ahead(context, page.cursor) : undefined;
        waiting.push(page);
        rows += page.changes.length;
        // A load from the start is kept page by page, so that it never starts over.
        if (!feed.loading && page.more && rows < AT_ONCE) continue;
        const ready = waiting;
        waiting = [];
        rows = 0;
        await applyPages(store, ready);
      }
    } catch (error) {
      await applyPages(store, waiting);
      throw error;
    }
  }

  #ahead(context: Context, cursor: string): Promise<PullAnswer> {
    const page = this.#fetch(context, cursor);
    // It is awaited after the write of the page before, which may fail first.
    page.catch(() => undefined);
    return page;
  }

  async #fetch(context: Context, cursor: string | null): Promise<PullAnswer> {
    const started = performance.now();
    try {
      const page = await context.wire.pull(cursor, this.#size);
      if (page.more) this.#size = nextPageSize(this.#size, performance.now() - started);
      return page;
    } catch (error) {
      this.#size = smallerPage(this.#size);
      throw error;
    }
  }
}
