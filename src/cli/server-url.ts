import { usageError } from './usage-error.ts';

/** `--url` or CHATD_URL as the address of an HTTP API, without a slash at its end. Throws a usage error on others. */
export function parseServerUrl(text: string): string {
  const url = URL.parse(text);
  const isHttp = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (isHttp && url.username === '' && url.password === '') return url.href.replace(/\/+$/, '');
  throw usageError({
    en: `--url: expected the address of the HTTP API, such as http://127.0.0.1:8889, got ${text}`,
    zh: `--url: 应为 HTTP API 的地址, 如 http://127.0.0.1:8889, 现为 ${text}`,
  });
}

/** Where a server that listens on `host` is reached from its own machine. */
export function localUrl({ host, port }: { readonly host: string; readonly port: number }): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
