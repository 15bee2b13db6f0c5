import { servedByPython } from "../consumers/python.mjs";

/** Serves one connection after the other, like Python's `http.server`: one slow caller and nobody else is served. */
export const instead = () => servedByPython("serve.py", "--one-at-a-time");
