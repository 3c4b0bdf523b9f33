import { useState } from 'preact/hooks';
import type { Item } from '../model/state.ts';
import { imageSource } from '../model/image-source.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { RichText } from './rich-text.tsx';
import { isWebAddress } from './to-parts.ts';

/** What is in a message, by its kind. Only what was uploaded to this server is shown as a picture, and one's own while it is sent. */
export function MessageContent({ item, sender }: { readonly item: Item; readonly sender: string }) {
  const { content, contentType } = item;
  switch (contentType) {
    case 1:
      return <RichText content={content} />;
    case 2:
    case 3:
      return <PictureOrText item={item} sender={sender} />;
    case 4:
      return isWebAddress(content) ? <FileLink address={content} /> : <RichText content={content} />;
  }
}

/** Where the page, and so the server, is. */
const BASE = new URL('.', location.href).href.replace(/\/$/, '');

function PictureOrText({ item, sender }: { readonly item: Item; readonly sender: string }) {
  const { content, isMine } = item;
  const isOnItsWay = isMine && (content.startsWith('blob:') || content === '');
  const url = isOnItsWay ? content : imageSource(content, BASE);
  if (url === undefined) return <RichText content={content} />;
  return <Picture key={url} url={url} sender={sender} isSticker={item.contentType === 3} />;
}

interface PictureProps {
  readonly url: string;
  readonly sender: string;
  readonly isSticker: boolean;
}

/** The box has its size before the picture is there, so that nothing moves. */
function Picture({ url, sender, isSticker }: PictureProps) {
  const { text, actions } = usePage();
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  if (state === 'failed') {
    return (
      <span class="picture-failed">
        <span>{text.imageFailed}</span> {isWebAddress(url) && <FileLink address={url} />}
      </span>
    );
  }
  return (
    <button
      type="button"
      class={`picture picture-${state}${isSticker ? ' picture-sticker' : ''}`}
      aria-label={`${text.openImage}: ${text.imageFrom(sender)}`}
      onClick={() => actions.showImage(url)}
    >
      {url !== '' && (
        <img
          src={url}
          alt=""
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
        />
      )}
    </button>
  );
}

function FileLink({ address }: { readonly address: string }) {
  const name = fileName(address);
  return (
    <a class="file-link" href={address} target="_blank" rel="noopener noreferrer">
      <Icon name="file" size={18} />
      <span>{name}</span>
    </a>
  );
}

function fileName(address: string): string {
  const { pathname, hostname } = new URL(address);
  const last = pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last;
  }
}
