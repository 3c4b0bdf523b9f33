/** The first message in sight, and how far below the upper edge it begins. */
export function firstSeen(content: HTMLElement, box: HTMLElement): { key: string; top: number } | undefined {
  const { top: edge } = box.getBoundingClientRect();
  for (const block of content.children) {
    if (block.getBoundingClientRect().bottom <= edge) continue;
    for (const message of block.querySelectorAll<HTMLElement>('.message')) {
      const { top, bottom } = message.getBoundingClientRect();
      if (bottom > edge) return { key: message.dataset['key'] ?? '', top: top - edge };
    }
  }
  return undefined;
}

/** The last message that is wholly in sight or above; one that is higher than the window counts when its end is seen. */
export function lastSeenSeq(content: HTMLElement, box: HTMLElement): number {
  const edge = box.getBoundingClientRect().bottom + TOLERANCE;
  // Blocks that are out of sight have not been laid out: they are passed over without looking into them.
  for (const block of [...content.children].toReversed()) {
    if (block.getBoundingClientRect().top >= edge) continue;
    const messages = [...block.querySelectorAll<HTMLElement>('.message[data-seq]')];
    const seen = messages.findLast((message) => message.getBoundingClientRect().bottom <= edge);
    if (seen !== undefined) return Number(seen.dataset['seq']);
  }
  return 0;
}

const TOLERANCE = 8;
