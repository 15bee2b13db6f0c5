import { servedByPython } from "../consumers/python.mjs";

/** Eight threads for all that the service is asked: those that wait for one provider are missing for the other. */
export const instead = () => servedByPython("serve.py", "--workers");
