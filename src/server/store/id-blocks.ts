/** Unique numbers, handed out from blocks that the database has reserved for this process. */
export interface IdBlocks {
  /**
   * `count` numbers never given before: at once while the blocks at hand last, else after a reservation, with whose
   * failure it rejects. Each block is used in order; what a process leaves unused is a gap for good.
   */
  take(count: number): readonly number[] | Promise<readonly number[]>;
}

export interface IdBlocksOptions {
  /** Reserves `count` numbers by a committed change and gives the first. */
  readonly reserve: (count: number) => Promise<number>;
  readonly blockSize?: number;
  /** Numbers left out before the first, unless none was ever given: 0 if absent. */
  readonly skipped?: number;
}

interface Block {
  next: number;
  readonly end: number;
}

/** Begins with a fresh block, and reserves the next one while a whole block is left. */
export function createIdBlocks({ reserve, blockSize = 1000, skipped = 0 }: IdBlocksOptions): IdBlocks {
  const blocks: Block[] = [];
  let toSkip = skipped;
  let reserving: Promise<void> | undefined;

  function take(count: number): readonly number[] | Promise<readonly number[]> {
    if (leftIn(blocks) < count) return takeLater(count);
    const taken = takeFrom(blocks, count);
    if (leftIn(blocks) < blockSize) prefetch();
    return taken;
  }

  async function takeLater(count: number): Promise<readonly number[]> {
    while (leftIn(blocks) < count) await reserveMore(count - leftIn(blocks));
    return take(count);
  }

  /** A failure here is not lost: whoever needs the block reserves again and is told. */
  function prefetch(): void {
    reserveMore(blockSize).catch(() => undefined);
  }

  function reserveMore(missing: number): Promise<void> {
    reserving ??= addBlock(Math.ceil(missing / blockSize) * blockSize).finally(() => {
      reserving = undefined;
    });
    return reserving;
  }

  async function addBlock(size: number): Promise<void> {
    const reserved = await reserve(size + toSkip);
    const first = reserved === 1 ? reserved : reserved + toSkip;
    toSkip = 0;
    blocks.push({ next: first, end: first + size });
  }

  return { take };
}

function leftIn(blocks: readonly Block[]): number {
  return blocks.reduce((left, block) => left + block.end - block.next, 0);
}

function takeFrom(blocks: Block[], count: number): number[] {
  const taken: number[] = [];
  for (let block = blocks[0]; block !== undefined && taken.length < count; block = blocks[0]) {
    while (block.next < block.end && taken.length < count) taken.push(block.next++);
    if (block.next === block.end) blocks.shift();
  }
  return taken;
}
