import { servedByPython } from "../consumers/python.mjs";

/** A read in Python behind a service in Python, a thread for each connection. */
export const instead = () => servedByPython("serve.py");
