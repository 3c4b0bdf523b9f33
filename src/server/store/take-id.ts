import type { Transaction } from 'sequelize';
import type { Tables } from './tables.ts';

/**
 * The next number of a sequence, taken within `transaction`: whoever takes one waits until the one before is committed,
 * and a number whose transaction is rolled back is given again. (The message log takes blocks of the same sequences.)
 */
export async function takeId(
  { idBlocks }: Tables,
  name: 'users' | 'conversations',
  transaction: Transaction,
): Promise<number> {
  await idBlocks.increment('next', { by: 1, where: { name }, transaction });
  const block = await idBlocks.findByPk(name, { transaction, rejectOnEmpty: true });
  return block.get().next - 1;
}
