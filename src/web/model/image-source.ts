/**
 * What `<img src>` may be for an image message: a file that was uploaded to this server, asked for where the page came
 * from (whoever uploaded it may have reached the server under another name). Anything else is a link, and no picture:
 * loading it would tell a stranger who looks.
 */
export function imageSource(content: string, base: string): string | undefined {
  const name = UPLOADED.exec(content)?.[1];
  return name === undefined ? undefined : `${base}/uploads/${name}`;
}

const UPLOADED = /^(?:https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?)?\/uploads\/([\w-]+(?:\.\w+)?)$/;
