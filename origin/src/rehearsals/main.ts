/** The process that plays a rehearsal in virtual time: it answers once, and ends. */
import type { Rehearsal } from "@spillway/simulation/rehearsal/parameters.ts";
import { rehearse } from "@spillway/simulation/rehearsal/rehearse.ts";
import { answerOnce } from "../background/answer-once.ts";

answerOnce((rehearsal: Rehearsal, tell) => rehearse(rehearsal, (done, total) => tell({ done, total })));
