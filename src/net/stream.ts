/**
 * One request whose answer is read piece by piece while it arrives, for as long as the server goes on: a
 * watch. What is not read yet holds the server back instead of filling memory.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type RawAnswer, stopped, TransportFailure } from './dispatcher.ts';

/** An answer whose head has come. The body ends, or throws TransportFailure. */
export interface StreamedAnswer extends Omit<RawAnswer, 'text'> {
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Sends one request once. It ends when the signal is aborted or the body is left.
 *
 * @throws TransportFailure when no head came
 */
export function openStream(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<StreamedAnswer>();
  let controller: Dispatcher.DispatchController | undefined;
  const body = new Readable({
    read: () => controller?.resume(),
    destroy: (error, done) => {
      signal.removeEventListener('abort', stop);
      if (controller !== undefined && !controller.aborted) controller.abort(error ?? stopped());
      done(error);
    },
  });
  const fail = (error: Error, isSent: boolean) => {
    const failure = error instanceof TransportFailure ? error : new TransportFailure(error, isSent);
    reject(failure);
    body.destroy(failure);
  };
  const stop = () => fail(stopped(), controller !== undefined);
  // Whoever does not read the body learns of its failure from the promise.
  body.on('error', () => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else
    dispatcher.dispatch(request, {
      onRequestStart: (given) => {
        if (signal.aborted) return given.abort(stopped());
        controller = given;
      },
      onResponseStart: (_controller, status, headers, reason = '') =>
        resolve({ status, reason, headers, body }),
      onResponseData: (given, chunk) => {
        if (!body.push(chunk)) given.pause();
      },
      onResponseEnd: () => void body.push(null),
      onResponseError: (_controller, error) => fail(error, controller !== undefined),
    });
  return promise;
}
