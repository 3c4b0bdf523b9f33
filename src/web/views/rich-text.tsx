import { isOnlyEmoji, toParts } from './to-parts.ts';

/** What somebody wrote, as text: line breaks and spaces are kept, web addresses can be followed, nothing else is markup. */
export function RichText({ content }: { readonly content: string }) {
  if (isOnlyEmoji(content)) return <span class="only-emoji">{content.trim()}</span>;
  return (
    <span class="said" dir="auto">
      {toParts(content).map((part, index) =>
        part.kind === 'text' ? part.text : <Link key={index} address={part.text} />,
      )}
    </span>
  );
}

function Link({ address }: { readonly address: string }) {
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {address}
    </a>
  );
}
