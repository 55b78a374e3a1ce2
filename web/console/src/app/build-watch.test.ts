import { describe, expect, it } from "vitest";
import { BuildWatch, scriptIn } from "./build-watch.ts";

const page = (script: string) =>
  `<!doctype html><head><script type="module" crossorigin src="${script}"></script></head>`;

function watching(own: string | null, answers: (string | Error)[]) {
  const told: boolean[] = [];
  const watch = new BuildWatch({
    own: () => own,
    page: () => {
      const answer = answers.shift() ?? new Error("asked once too often");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  watch.onUpdated(() => told.push(watch.isUpdated()));
  return { watch, told };
}

describe("a console that stays open", () => {
  it("knows a build by the script that its page starts with", () => {
    expect(scriptIn(page("/console/assets/index-abc.js"))).toBe("/console/assets/index-abc.js");
    expect(scriptIn("<h1>The apps are not built</h1>")).toBeNull();
  });

  it("says nothing while the server has the build that it runs", async () => {
    const { watch, told } = watching("/a.js", [page("/a.js")]);

    await watch.look();

    expect([watch.isUpdated(), told]).toEqual([false, []]);
  });

  it("tells once that the server has another build, and asks no more", async () => {
    const { watch, told } = watching("/a.js", [page("/b.js")]);

    await watch.look();
    await watch.look();

    expect([watch.isUpdated(), told]).toEqual([true, [true]]);
  });

  it.each([new Error("no network"), "<h1>Bad gateway</h1>"])(
    "takes no answer for no news, and asks again: %s",
    async (answer) => {
      const { watch, told } = watching("/a.js", [answer, page("/b.js")]);

      await watch.look();
      const before = watch.isUpdated();
      await watch.look();

      expect([before, told]).toEqual([false, [true]]);
    },
  );

  it("does not listen any more when it is asked not to", async () => {
    const { watch } = watching("/a.js", [page("/b.js")]);
    const told: string[] = [];
    watch.onUpdated(() => told.push("told"))();

    await watch.look();

    expect(told).toEqual([]);
  });
});
