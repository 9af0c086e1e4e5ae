// http2_receiver.js CERTIFICATE KEY MODE: a server of HTTP/2 that answers each request with a 204 and gives connections up.
//
// MODE is `never`; `politely`: after each 50 requests it says that it takes no more on this connection, and answers what it
// has; or `rudely`: after each 50 requests it cuts the connection. It prints its port, and ends with its standard input.
const fs = require("node:fs");
const http2 = require("node:http2");

const [certificate, key, mode] = process.argv.slice(2);
const server = http2.createSecureServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) });

server.on("session", (session) => {
  session.requests = 0;
  session.on("error", () => {});
});
server.on("stream", (stream) => {
  const session = stream.session;
  session.requests += 1;
  stream.on("error", () => {});
  stream.resume();
  stream.on("end", () => {
    if (mode === "rudely" && session.requests % 50 === 0) return session.destroy();
    stream.respond({ ":status": 204 }, { endStream: true });
    if (mode === "politely" && session.requests === 50) session.close();
  });
});
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on("end", () => process.exit());
