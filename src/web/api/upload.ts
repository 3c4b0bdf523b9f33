import type { Language } from '../../protocol/error-codes.ts';
import type { Uploaded } from './answers.ts';

export interface Upload {
  /** Where the server is, without a slash at the end. */
  readonly base: string;
  readonly token: string;
  readonly file: File;
  readonly language: Language;
  /** From 0 to 100. */
  readonly onProgress: (percent: number) => void;
}

export type UploadFile = (upload: Upload) => Promise<Uploaded>;
