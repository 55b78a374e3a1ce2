import type { Change, Pull } from "@truckroll/shared/api/gen/types.gen.ts";
import { expect, test, vi } from "vitest";
import { LiveFeed, waitBefore } from "./live.ts";
import { aChange } from "./testing.ts";

class Source extends EventTarget {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  close = vi.fn();
}

function page(cursor: string, changes: Change[] = [], more = false): Pull {
  return { cursor, changes, more, epoch: "e", height: 1, server_time: "" };
}

function parts(pages: (Pull | Error)[]) {
  const sources: Source[] = [];
  return {
    sources,
    pull: vi.fn(async () => {
      const next = pages.shift() ?? page("end");
      if (next instanceof Error) throw next;
      return next;
    }),
    token: vi.fn(async () => ({ token: "a+b", stream_url: "/stream", expires_in: 60 })),
    open: vi.fn(() => {
      const source = new Source();
      sources.push(source);
      return source as unknown as EventSource;
    }),
    apply: vi.fn(),
    resync: vi.fn(),
  };
}

const settled = () => new Promise((done) => setTimeout(done, 5));

test("waits grow, stay below half a minute, and are never the same for all", () => {
  expect(waitBefore(0, 0)).toBe(500);
  expect(waitBefore(0, 1)).toBe(1000);
  expect(waitBefore(50, 1)).toBe(30_000);
});

test("the first page only gives the cursor; later pages are applied", async () => {
  const change = aChange("ticket", { id: "t1" });
  const given = parts([page("a"), page("b", [change])]);
  const feed = new LiveFeed(given);

  await feed.start();
  await feed.catchUp();
  feed.stop();

  expect(given.pull.mock.calls).toEqual([[undefined], ["a"]]);
  expect(given.apply).toHaveBeenCalledExactlyOnceWith([change]);
});

test("the token goes into the address as it is", async () => {
  const given = parts([]);
  const feed = new LiveFeed(given);

  await feed.start();
  await settled();
  feed.stop();

  expect(given.open).toHaveBeenCalledWith("/stream?token=a%2Bb");
});

test("pokes during a pull become one more pull", async () => {
  const given = parts([page("a")]);
  const feed = new LiveFeed(given);
  await feed.start();
  given.pull.mockClear();

  await Promise.all([feed.catchUp(), feed.catchUp(), feed.catchUp()]);
  await settled();
  feed.stop();

  expect(given.pull).toHaveBeenCalledTimes(2);
});

test("a broken stream says so, and asks for a new token", async () => {
  const given = parts([]);
  const feed = new LiveFeed(given);
  await feed.start();
  await settled();
  given.sources[0]?.onopen?.();
  expect(feed.status().phase).toBe("live");

  given.sources[0]?.onerror?.();

  expect(feed.status().phase).toBe("reconnecting");
  expect(given.sources[0]?.close).toHaveBeenCalled();
  feed.wake();
  await settled();
  feed.stop();
  expect(given.token).toHaveBeenCalledTimes(2);
});

test("when the server has forgotten the cursor everything is read again", async () => {
  const gone = Object.assign(new Error("gone"), { failure: { status: 410 } });
  const given = parts([page("a"), gone, page("fresh")]);
  const feed = new LiveFeed(given);
  await feed.start();

  await feed.catchUp();
  await settled();
  feed.stop();

  expect(given.resync).toHaveBeenCalledOnce();
});

test("a pull without an answer shows that the stream is dead, too", async () => {
  const away = Object.assign(new Error("offline"), { failure: { status: 0 } });
  const given = parts([page("a"), page("b"), away]);
  const feed = new LiveFeed(given);
  await feed.start();
  await settled();
  given.sources[0]?.onopen?.();
  await settled();

  await feed.catchUp();
  feed.stop();

  expect(feed.status().phase).toBe("reconnecting");
});
