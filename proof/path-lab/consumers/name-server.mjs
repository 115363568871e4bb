// The resolver of a consumer's VPC: node name-server.mjs <its address> <file of names>. The file is read for each question: a JSON object
// with the IPv4 addresses of each name; null for a name about which it says nothing. There are no others.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";

const [, , address, file] = process.argv;
const HEADER = 12;
const TYPE_A = 1;
const NO_SUCH_NAME = 3;

/** The name that is asked for, and where it ends. */
function asked(query) {
  const labels = [];
  let end = HEADER;
  for (let length = query[end]; length > 0; length = query[end]) {
    labels.push(query.toString("ascii", end + 1, end + 1 + length));
    end += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: end + 1 };
}

/** An A record of the name in the question, which no one keeps. */
const record = (one) => Buffer.from([0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...one.split(".").map(Number)]);

const socket = createSocket("udp4");
socket.on("message", (query, { address: to, port }) => {
  const { end, name } = asked(query);
  const known = JSON.parse(readFileSync(file, "utf8"))[name];
  if (known === null) return;
  const records = query.readUInt16BE(end) === TYPE_A ? (known ?? []) : [];
  const header = Buffer.alloc(HEADER);
  query.copy(header, 0, 0, 2);
  // A recursive answer to one question.
  header.writeUInt16BE(0x8180 + (known ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  socket.send(Buffer.concat([header, query.subarray(HEADER, end + 4), ...records.map(record)]), port, to);
});
socket.bind(53, address);
