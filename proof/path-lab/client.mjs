// A client of a consumer: sends requests by HTTP/1.1, HTTP/2 and gRPC, with and without TLS, and says who answered.
// Reads one JSON object a line from standard input and answers each with one line:
//   {"requests": [{"address", "port", "host", "path", "version", "tls"}], "seconds": number}
//   answers {"answers": [{"status", "answeredBy"?, "certificate"?, "grpcStatus"?} | {"error"}]}
// `version` is HTTP1, HTTP2 or GRPC. Arguments: files with the certificates that it trusts; it says whose certificate it saw.
import { readFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import { connect as connectTcp } from "node:net";
import { createInterface } from "node:readline";
import { connect as connectTls } from "node:tls";

const AT_ONCE = 8;
const ca = process.argv.slice(2).map((file) => readFileSync(file));

/** A connection, ready to be written to. */
function connection({ address, host, port, tls, version }) {
  const place = { host: address, port };
  const alpn = version === "HTTP1" ? "http/1.1" : "h2";
  // The names in certificates are not the lab's subject, but whose they are.
  const secured = { ...place, ca, servername: host, ALPNProtocols: [alpn], checkServerIdentity: () => undefined };
  const socket = tls ? connectTls(secured) : connectTcp(place);
  return new Promise((resolve, reject) => {
    socket.once("error", reject).once(tls ? "secureConnect" : "connect", () => {
      if (tls && version !== "HTTP1" && socket.alpnProtocol !== alpn) reject(new Error(`no ${alpn} by ALPN`));
      else resolve(socket);
    });
  });
}

function byHttp1(socket, { host, path }) {
  return new Promise((resolve, reject) => {
    const options = { createConnection: () => socket, headers: { host, connection: "close" }, path };
    http
      .get(options, (response) => {
        response.resume().once("end", () => {
          resolve({ status: response.statusCode, answeredBy: response.headers["answered-by"] });
        });
      })
      .once("error", reject);
  });
}

function byHttp2(socket, { host, path, tls, version }) {
  return new Promise((resolve, reject) => {
    const grpc = version === "GRPC";
    const session = http2.connect(`${tls ? "https" : "http"}://${host}`, { createConnection: () => socket });
    session.once("error", reject);
    const stream = session.request({
      ":method": grpc ? "POST" : "GET",
      ":path": path,
      ":authority": host,
      ...(grpc && { "content-type": "application/grpc", te: "trailers" }),
    });
    const found = {};
    stream.once("response", (headers) => {
      Object.assign(found, { status: headers[":status"], answeredBy: headers["answered-by"] });
    });
    stream.once("trailers", (trailers) => {
      if (trailers["grpc-status"] !== undefined) found.grpcStatus = trailers["grpc-status"];
    });
    stream.once("error", reject).once("close", () => resolve(found));
    stream.resume();
    // An empty message: no compression, no bytes.
    stream.end(grpc ? Buffer.alloc(5) : undefined);
  });
}

async function send(request, seconds) {
  let socket;
  const work = async () => {
    socket = await connection(request);
    const certificate = request.tls ? socket.getPeerCertificate().subject?.CN : undefined;
    const found = await (request.version === "HTTP1" ? byHttp1 : byHttp2)(socket, request);
    return { ...found, certificate };
  };
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    return { error: error.message };
  } finally {
    clearTimeout(timer);
    socket?.destroy();
  }
}

async function sendAll({ requests, seconds }) {
  const answers = [];
  const entries = requests.entries();
  const worker = async () => {
    for (const [index, request] of entries) answers[index] = await send(request, seconds);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ answers: await sendAll(JSON.parse(line)) }));
}
