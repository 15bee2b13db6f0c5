import { servedByPython } from "../consumers/python.mjs";

/** Two reads in Python of two providers, behind a service in Python with a thread for each connection. */
export const instead = () => servedByPython("serve.py");
