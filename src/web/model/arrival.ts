/** A message as far as the list is concerned. */
export interface Arrival {
  readonly conversationId: string;
  readonly chatType: 1 | 2;
  readonly sendId: string;
  readonly recvId: string;
  readonly content: string;
  readonly contentType: number;
  readonly seq: number;
  readonly sentAt: number;
  readonly recalled?: boolean;
}
