interface Picture {
  readonly extension: string;
  readonly type: string;
  /** The bytes it begins with; undefined stands for any byte. */
  readonly starts: readonly (number | undefined)[];
}

/** The pictures a browser may show in place. Nothing else that was uploaded is ever shown. */
const PICTURES: readonly Picture[] = [
  { extension: 'png', type: 'image/png', starts: [0x89, ...ascii('PNG\r\n\x1a\n')] },
  { extension: 'jpg', type: 'image/jpeg', starts: [0xff, 0xd8, 0xff] },
  { extension: 'gif', type: 'image/gif', starts: ascii('GIF87a') },
  { extension: 'gif', type: 'image/gif', starts: ascii('GIF89a') },
  // Four bytes of length in between.
  { extension: 'webp', type: 'image/webp', starts: [...ascii('RIFF'), ...Array(4), ...ascii('WEBP')] },
];

/** How many of a file's first bytes tell its kind. */
export const KIND_BYTES = 12;

/** What a download keeps of its name: these open with the right program, and no web server shows them as a page. */
const KEPT = 'pdf txt csv doc docx xls xlsx ppt pptx odt ods zip 7z rar gz mp3 mp4'.split(' ');

/**
 * The extension a file is stored under: a picture's by its content, whatever it was called; of anything else the one it
 * had, if that is harmless, and `bin` if not. A picture's extension is proof of a picture's content.
 */
export function extensionFor(head: Uint8Array, originalName: string): string {
  const picture = PICTURES.find(({ starts }) => starts.every((byte, at) => (byte ?? head[at]) === head[at]));
  if (picture !== undefined && head.length >= picture.starts.length) return picture.extension;
  const claimed = /\.([a-z0-9]{1,8})$/i.exec(originalName)?.[1]?.toLowerCase() ?? '';
  return KEPT.includes(claimed) ? claimed : 'bin';
}

/** The type of the picture an extension promises; undefined: a file to be saved, not shown. */
export function pictureType(extension: string): string | undefined {
  return PICTURES.find((picture) => picture.extension === extension)?.type;
}

function ascii(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}
