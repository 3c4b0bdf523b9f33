import { ApiError } from './api-error.ts';
import type { Uploaded } from './answers.ts';
import { toApiError } from './create-api.ts';
import type { UploadFile } from './upload.ts';

/** Uploads a file. XMLHttpRequest, because fetch does not tell how far it is. Rejects with ApiError. */
export const uploadFile: UploadFile = ({ base, token, file, language, onProgress }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? (loaded / total) * 100 : 0),
    );
    request.addEventListener('error', () => reject(new ApiError('no_answer', '')));
    request.addEventListener('load', () => {
      const answer = toEnvelope(request.responseText);
      if (answer?.code === 200) resolve(answer.data);
      else reject(answer === undefined ? new ApiError('no_answer', '') : toApiError(answer, language));
    });
    request.open('POST', `${base}/v1/upload/file`);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.send(form);
  });

function toEnvelope(text: string): { code: number; data: Uploaded } | undefined {
  try {
    return JSON.parse(text) as { code: number; data: Uploaded };
  } catch {
    return undefined;
  }
}
