/** Prints how the diagnosis of each incident of a folder comes out: `node --conditions=@holdfast/source score-incidents.ts FOLDER`. */
import { scoreFolder } from "./score.ts";

const scores = await scoreFolder(process.argv[2] ?? "");
for (const { name, right, says, label } of scores)
  process.stdout.write(
    `${right ? "right" : "WRONG"} ${name}: ${says}${right ? "" : ` (truth: ${label.dependency} ${label.classes.join("/")})`}\n`,
  );
const right = scores.filter((one) => one.right).length;
const certainlyWrong = scores.filter((one) => one.certainlyWrong).length;
process.stdout.write(`${right} of ${scores.length} right, ${certainlyWrong} wrong ones certain\n`);
