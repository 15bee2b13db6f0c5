/** The control of the noise measurement: waits a little after each answer and sends again, as a consumer that backs off would. */
import { connect } from "node:net";
import process from "node:process";

const socket = connect(Number(process.argv[2]), "127.0.0.1");
const waitMs = Number(process.argv[3]);
socket.setNoDelay(true);
const send = (): void => {
  socket.write("x");
};
socket.on("connect", send);
socket.on("data", () => setTimeout(send, waitMs));
socket.on("error", () => process.exit(0));
socket.on("close", () => process.exit(0));
