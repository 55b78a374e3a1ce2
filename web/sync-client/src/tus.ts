import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";
import { failureOf, parsed, WireError, wireError } from "./wire.ts";

/**
 * tus over the app's own `fetch`, which signs every request with a fresh token. What only says
 * "not now" is thrown: tus-js-client would start over on any answer to HEAD that is no success.
 */
export class FetchStack implements HttpStack {
  readonly #fetch: typeof fetch;
  readonly #timeout: number;

  constructor(send: typeof fetch, timeout = 180_000) {
    this.#fetch = send;
    this.#timeout = timeout;
  }

  createRequest(method: string, url: string): HttpRequest {
    return new FetchRequest(this.#fetch, this.#timeout, method, url);
  }

  getName(): string {
    return "FetchStack";
  }
}

const ANSWERS_TO_HEAD = [404, 410];

class FetchRequest implements HttpRequest {
  readonly #headers = new Headers();
  readonly #stop = new AbortController();
  readonly #fetch: typeof fetch;
  readonly #timeout: number;
  readonly #method: string;
  readonly #url: string;

  constructor(send: typeof fetch, timeout: number, method: string, url: string) {
    this.#fetch = send;
    this.#timeout = timeout;
    this.#method = method;
    this.#url = url;
  }

  getMethod = (): string => this.#method;
  getURL = (): string => this.#url;
  getHeader = (name: string): string | undefined => this.#headers.get(name) ?? undefined;
  setHeader = (name: string, value: string): void => this.#headers.set(name, value);
  setProgressHandler = (): void => undefined;
  getUnderlyingObject = (): unknown => undefined;

  async send(body: Blob | null = null): Promise<HttpResponse> {
    const send = this.#fetch;
    let response: Response;
    let text: string;
    try {
      response = await send(this.#url, {
        method: this.#method,
        headers: this.#headers,
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeout)]),
      });
      text = await response.text();
    } catch (error) {
      throw failureOf(error);
    }
    this.#throwUnlessMeant(response, text);
    return {
      getStatus: () => response.status,
      getHeader: (name) => response.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => response,
    };
  }

  #throwUnlessMeant(response: Response, text: string): void {
    if (response.ok || (this.#method === "HEAD" && ANSWERS_TO_HEAD.includes(response.status))) {
      // A captive portal answers everything with 200, but does not speak tus.
      if (response.headers.has("Tus-Resumable")) return;
      throw new WireError(0, "not-our-server");
    }
    throw wireError(response, parsed(text));
  }

  async abort(): Promise<void> {
    this.#stop.abort();
  }
}
