/** Makes one call of a module host against a small server, and prints the request that it made and the answers it needs. */
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const { call, stub } = await import(pathToFileURL(process.argv[2]).href);
const requests = [];
const server = createServer((request, response) => {
  requests.push(`${request.method} ${new URL(request.url, "http://provider").pathname}`);
  request.resume().on("end", () => {
    response
      .writeHead(stub.ok.status, { "content-type": "application/json", ...stub.ok.headers })
      .end(stub.ok.body);
  });
}).listen(0, "127.0.0.1", async () => {
  await call({ addresses: { provider: `http://127.0.0.1:${server.address().port}` } });
  process.stdout.write(JSON.stringify({ request: requests[0], stub }), () => process.exit(0));
});
