/**
 * A response with another body and all else as it came. It is laid over a plain one, because a constructor takes neither where a
 * response came from nor every status and status text that a server may write.
 */
export function dressedResponse(from: Response, body: ReadableStream<Uint8Array>): Response {
  const Own = from.constructor as typeof Response;
  return laidOver(new Own(body, { headers: from.headers }), from);
}

function laidOver(response: Response, from: Response): Response {
  const { url, redirected, type, status, statusText, ok } = from;
  const { clone } = response;
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: type },
    status: { value: status },
    statusText: { value: statusText },
    ok: { value: ok },
    clone: { value: () => laidOver(clone.call(response), from) },
  });
}
